import { type Attempt, type JobRecord, LeaseLost } from '../../jobs/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { renditionsInputSchema } from '../job-inputs.ts'
import { presetRenditions } from '../renditions/presets.ts'
import { readImage } from '../store/images.ts'
import { lockImage } from '../store/locks.ts'
import { releaseReplaced } from '../store/renditions.ts'
import { correctOriginal, readVersion, setVersionState } from '../store/versions.ts'
import type { NewRendition } from '../types.ts'
import { completeJob, resultOf, versionShown } from './job-results.ts'
import { recordOutputs, tellReady } from './record-outputs.ts'
import { createRecorder } from './recorder.ts'
import { type Rendered, renderMissing, titled } from './render-outputs.ts'
import { goneFailure, pictureOf, planOutputs, type WorkDeps, type WorkPlan } from './work-plan.ts'

/**
 * Makes the presets of a version that are not there yet, and its placeholder. What is ready is recorded while the rest
 * is made, and stays whatever becomes of the rest. One that cannot be made does not cost the others: the version is
 * complete without it, and says so.
 */
export async function makeRenditions(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const plan = await planPresets(deps, attempt.job)
  const recorder = createRecorder(deps.db, (tx, batch) => recordReady(deps, tx, attempt.job, plan, batch))
  const rendered = await renderMissing(deps, attempt, plan, {
    kind: 'preset',
    placeholder: plan.version.placeholder === null,
    onStored: recorder.add,
  }).catch(async (error: unknown) => {
    await recorder.keep()
    throw error
  })
  await recorder.settle()
  await recordVersion(deps, attempt.job, plan, rendered, recorder.left())
}

/** The presets of a version, all or the named ones; with all, an edited version's own picture as well. */
async function planPresets(deps: WorkDeps, { imageId, input }: JobRecord): Promise<WorkPlan> {
  const { db, view } = deps
  const { version: n, presets: names } = renditionsInputSchema.parse(input)
  if (imageId === null) throw goneFailure()
  const [image, version] = await Promise.all([readImage(db, imageId), readVersion(db, imageId, n)])
  if (image === null || version === null) throw goneFailure()
  const wanted = presetRenditions(view.presets, image, version, view.keyOf).filter(
    ({ name }) => names === null || names.includes(name),
  )
  const { recipe, assets } = version
  const picture = names === null && recipe !== null ? [pictureOf(image, version, recipe, view.keyOf)] : []
  return planOutputs(deps, { image, version, assets }, [...picture, ...wanted])
}

/** Records presets while the others are being made, for as long as the job is this worker's. */
async function recordReady(
  deps: WorkDeps,
  tx: Transaction,
  job: JobRecord,
  plan: WorkPlan,
  made: readonly NewRendition[],
): Promise<void> {
  const image = await lockImage(tx, plan.image.id)
  if (image === null) throw new LeaseLost()
  for (const rendition of made) await deps.ledger.record(rendition, tx)
  await tellReady(deps, tx, job, image, made, null)
  // The fence, and the lease as well.
  if (!(await deps.book.extend(tx, job, 0))) throw new LeaseLost()
}

/** Records what is not recorded yet, and completes version and job. */
async function recordVersion(
  deps: WorkDeps,
  job: JobRecord,
  plan: WorkPlan,
  rendered: Rendered,
  unrecorded: readonly NewRendition[],
): Promise<void> {
  const { imageId, version } = plan.version
  const all = [...rendered.made, ...plan.made]
  const found = foundOtherwise(plan, rendered)
  await deps.db.transaction(async (tx) => {
    if ((await lockImage(tx, imageId)) === null) throw new LeaseLost()
    await recordOutputs(deps, tx, plan, version, unrecorded)
    if (found !== null) await correctOriginal(tx, imageId, found)
    // Only what was complete before has renditions that these replace.
    if (plan.version.placeholder !== null) await releaseReplaced(tx, plan.version, all)
    const { placeholder } = rendered
    await setVersionState(tx, imageId, version, {
      status: 'complete',
      error: missingOf(rendered),
      placeholder,
    })
    const image = await readImage(tx, imageId)
    if (image === null) throw new LeaseLost()
    const last = image.version === version ? 'image.complete' : 'image.updated'
    await tellReady(deps, tx, job, image, unrecorded, last)
    // The largest preset stands for the result; without any, as when only the original was asked for, the version itself.
    const [largest] = all.sort((a, b) => b.width * b.height - a.width * a.height)
    const shown = largest ?? versionShown({ ...plan.version, ...(plan.version.recipe === null && found) })
    const { notes } = rendered
    await completeJob(deps.book, tx, job, resultOf(shown, { version, preset: largest?.name ?? null, notes }))
  })
  if (found !== null) await deps.announce(imageId)
}

/**
 * The original as it is, where the walk of its header and its decoder disagree: EXIF that one of them takes for damaged,
 * above all. The decoder is right, since it is what everybody sees.
 */
function foundOtherwise({ version }: WorkPlan, { source }: Rendered) {
  if (source === null) return null
  const { original } = version
  const { width, height, orientation } = {
    ...source,
    orientation: source.orientation ?? original.orientation,
  }
  const same = width === original.width && height === original.height && orientation === original.orientation
  return same ? null : { key: original.key, width, height, orientation }
}

/** What the image says of the presets it has to do without. */
function missingOf({ failed }: Rendered): { code: string; message: string } | null {
  const [first] = failed
  if (first === undefined) return null
  const reasons = failed.map(({ output, failure }) => titled(output, failure.detail))
  return { code: first.failure.code, message: `Not every size could be made. ${reasons.join(' ')}` }
}
