import { type Attempt, type JobRecord, LeaseLost } from '../../jobs/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import type { QualityCurve } from '../../rendering/port.ts'
import { renditionsInputSchema } from '../job-inputs.ts'
import { readImage } from '../store/images.ts'
import { lockImage } from '../store/locks.ts'
import { recordLook } from '../store/looks.ts'
import { markMade } from '../store/preset-marks.ts'
import { countFailed } from '../store/presets.ts'
import { releaseReplaced } from '../store/renditions.ts'
import type { VersionRecord } from '../store/rows.ts'
import { correctOriginal, readVersion, recordCurve, setVersionState } from '../store/versions.ts'
import type { NewRendition } from '../types.ts'
import { completeJob, resultOf, versionShown } from './job-results.ts'
import { measureOriginal } from './measure-original.ts'
import { recordOutputs, tellReady } from './record-outputs.ts'
import { createRecorder } from './recorder.ts'
import { type Rendered, renderMissing, titled } from './render-outputs.ts'
import { lastSet, setMade, slotOf, wantedPresets } from './wanted-presets.ts'
import {
  goneFailure,
  pictureOf,
  planOutputs,
  type WorkDeps,
  type WorkOutput,
  type WorkPlan,
} from './work-plan.ts'

/**
 * Makes the presets of a version that are not there yet, and its placeholder. What is ready is recorded while the rest
 * is made, and stays whatever becomes of the rest. One that cannot be made does not cost the others: the version is
 * complete without it, and says so.
 */
export async function makeRenditions(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const { plan, planBy, measured, marks } = await planPresets(deps, attempt)
  let curve = measured
  const recorder = createRecorder(deps.db, (tx, batch) =>
    recordReady(deps, tx, attempt.job, plan, curve, batch),
  )
  const rendered = await renderMissing(deps, attempt, plan, {
    kind: 'preset',
    placeholder: plan.version.placeholder === null,
    onStored: recorder.add,
    ...(planBy && {
      measured: (found: QualityCurve) => {
        curve = found
        return planBy(found)
      },
    }),
  }).catch(async (error: unknown) => {
    await recorder.keep()
    throw error
  })
  await recorder.settle()
  await recordVersion(deps, attempt.job, plan, marks, rendered, curve, recorder.left())
  // Elsewhere the version is known without its curve
  if (curve !== null) await deps.announce(plan.image.id)
}

/** The presets of a version, all or the named ones; with all, an edited version's own picture as well. */
async function planPresets(deps: WorkDeps, attempt: Attempt): Promise<PresetPlan> {
  const { db, view } = deps
  const { imageId, input } = attempt.job
  const { version: n, presets: names, forSet } = renditionsInputSchema.parse(input)
  if (imageId === null) throw goneFailure()
  const state = await deps.presets.read()
  const [image, found] = await Promise.all([readImage(db, imageId), readVersion(db, imageId, n)])
  if (image === null || found === null) throw goneFailure()
  const unmeasured = !found.original.curve
  // What had presets before may have them all, by names that its curve would change: it is measured first
  const measured =
    unmeasured && found.placeholder !== null ? await measureOriginal(deps, attempt, found) : null
  const version = measured === null ? found : withCurve(found, measured)
  const wantedOf = (of: VersionRecord) => wantedPresets(state, image, of, view, names)
  const wanted = wantedOf(version)
  const { recipe, assets } = version
  const picture = names === null && recipe !== null ? [pictureOf(image, version, recipe, view.keyOf)] : []
  const plan = await planOutputs(deps, { image, version, assets }, [...picture, ...wanted])
  const planBy = (curve: QualityCurve): WorkOutput[] => {
    const settled = new Map(wantedOf(withCurve(version, curve)).map((one) => [slotOf(one), one]))
    return plan.missing.map((output) => settled.get(slotOf(output)) ?? output)
  }
  const last = lastSet(state)
  const marks = { last, set: names === null ? setMade(state) : null, quiet: forSet !== undefined }
  return { plan, measured, planBy: unmeasured && found.placeholder === null ? planBy : null, marks }
}

interface PresetPlan {
  plan: WorkPlan
  /** The curve, where it was measured before anything else. */
  measured: QualityCurve | null
  /** What is missing, with names that a curve decides which is measured with it; null where it is known or beyond measuring. */
  planBy: ((curve: QualityCurve) => WorkOutput[]) | null
  marks: Marks
}

interface Marks {
  /** The last set that the job knows of: what later ones have is not its business. */
  last: number
  /** The set whose presets the version has then; null where only some were asked for. */
  set: number | null
  /** Asked for behind the set in force: of what nobody sees yet nobody is told. */
  quiet: boolean
}

const withCurve = (version: VersionRecord, curve: QualityCurve): VersionRecord => ({
  ...version,
  original: { ...version.original, curve },
})

/** Records presets while the others are being made, for as long as the job is this worker's. */
async function recordReady(
  deps: WorkDeps,
  tx: Transaction,
  job: JobRecord,
  plan: WorkPlan,
  curve: QualityCurve | null,
  made: readonly NewRendition[],
): Promise<void> {
  const locked = await lockImage(tx, plan.image.id)
  if (locked === null) throw new LeaseLost()
  if (curve !== null) await recordCurve(tx, locked.id, plan.version.original.key, curve)
  // Its presets go by names that the curve decided
  const image = curve === null ? locked : await readImage(tx, locked.id)
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
  { last, set, quiet }: Marks,
  rendered: Rendered,
  curve: QualityCurve | null,
  unrecorded: readonly NewRendition[],
): Promise<void> {
  const { imageId, version } = plan.version
  const all = [...rendered.made, ...plan.made]
  const found = foundOtherwise(plan, rendered)
  await deps.db.transaction(async (tx) => {
    if ((await lockImage(tx, imageId)) === null) throw new LeaseLost()
    if (curve !== null) await recordCurve(tx, imageId, plan.version.original.key, curve)
    await recordOutputs(deps, tx, plan, version, unrecorded)
    if (found !== null) await correctOriginal(tx, imageId, found)
    // Only what was complete before has renditions that these replace.
    if (plan.version.placeholder !== null) await releaseReplaced(tx, plan.version, all, last)
    if (set !== null) {
      await markMade(tx, plan.version, set)
      if (quiet && lacks(rendered, set)) await countFailed(tx, set)
    }
    const { placeholder } = rendered
    if (placeholder !== null && plan.version.recipe === null) {
      const { key } = plan.version.original
      await recordLook(tx, imageId, key, placeholder.look, deps.rendering.lookRules)
    }
    await setVersionState(tx, imageId, version, {
      status: 'complete',
      error: missingOf(rendered),
      placeholder,
    })
    const image = await readImage(tx, imageId)
    if (image === null) throw new LeaseLost()
    const told = image.version === version ? 'image.complete' : 'image.updated'
    const isSeen = !quiet || rendered.made.some(({ hidden }) => hidden !== true)
    await tellReady(deps, tx, job, image, unrecorded, isSeen ? told : null)
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
  const seen = failed.filter(({ output }) => output.hidden !== true)
  const [first] = seen
  if (first === undefined) return null
  const reasons = seen.map(({ output, failure }) => titled(output, failure.detail))
  return { code: first.failure.code, message: `Not every size could be made. ${reasons.join(' ')}` }
}

/** Whether something of this set could not be made. */
const lacks = ({ failed }: Rendered, set: number): boolean =>
  failed.some(({ output }) => output.presetSet === set)
