import { buffer } from 'node:stream/consumers'
import { Failure } from '@rendition/contract'
import type { Recipe } from '@rendition/contract/recipe'
import { type Attempt, isUnfinished, type JobRecord, LeaseLost } from '../../jobs/index.ts'
import { storageKey } from '../../platform/storage/key.ts'
import { appendVersion } from '../history/append-version.ts'
import { transformInputSchema } from '../job-inputs.ts'
import { composeRecipe } from '../renditions/compose-recipe.ts'
import { assetsOf } from '../renditions/laid-over.ts'
import { lockImage } from '../store/locks.ts'
import { markMade } from '../store/preset-marks.ts'
import { findResults } from '../store/results.ts'
import { readVersion, setVersionState } from '../store/versions.ts'
import type { NewRendition, Rendition } from '../types.ts'
import { completeJob, resultOf } from './job-results.ts'
import type { ReadImage } from './read-images.ts'
import { recordOutputs, tellReady } from './record-outputs.ts'
import type { RecordPassing } from './record-passing.ts'
import { type Rendered, renderMissing } from './render-outputs.ts'
import { setMade, wantedPresets } from './wanted-presets.ts'
import { goneFailure, pictureOf, planOutputs, type WorkDeps, type WorkPlan } from './work-plan.ts'

interface TransformPlan extends WorkPlan {
  /** The recipe from the original: the version's steps and then those asked for. */
  whole: Recipe
  /** The set whose presets the version has then. */
  set: number
}

export interface TransformDeps extends WorkDeps {
  readImage: ReadImage
  recordPassing: RecordPassing
}

/** Renders a recipe: as the image's next version, or as a result that is kept for its time. */
export async function transformImage(deps: TransformDeps, attempt: Attempt): Promise<void> {
  const { recipe, save, version } = transformInputSchema.parse(attempt.job.input)
  const plan = await planTransform(deps, attempt.job, recipe, { save, n: version })
  // What was put on a named version does not depend on what is current.
  const follows = version === null
  await (save ? saveVersion(deps, attempt, plan, follows) : keepForAWhile(deps, attempt, plan))
}

/** A recipe on version `n`, or on the current one; when it becomes the next, its presets as well. */
async function planTransform(
  deps: TransformDeps,
  { imageId }: JobRecord,
  recipe: Recipe,
  { save, n }: { save: boolean; n: number | null },
): Promise<TransformPlan> {
  const { db, view } = deps
  const image = imageId === null ? null : await deps.readImage(imageId)
  if (image === null) throw goneFailure()
  const isCurrent = n === null || n === image.version
  const version = isCurrent ? image.current : await readVersion(db, image.id, n)
  if (version === null) throw goneFailure()
  // What becomes a version is written with the number: the version never changes
  const whole = view.settle(version, composeRecipe(version.recipe, recipe), false).recipe
  const assets = await assetsOf(db, version, image.ownerId, whole, view.keyOf)
  const edited = { ...version, recipe: whole, assets }
  const picture = pictureOf(image, edited, whole, view.keyOf)
  const plan = { image, version, assets }
  // What is made for URLs may be evicted from the storage, and does not lie where results are kept.
  if (!save) return { ...plan, made: [], missing: [picture], whole, set: 1 }
  const state = await deps.presets.read()
  const presets = wantedPresets(state, image, edited, view)
  return { ...(await planOutputs(deps, plan, [picture, ...presets])), whole, set: setMade(state) }
}

async function keepForAWhile(deps: TransformDeps, attempt: Attempt, plan: TransformPlan): Promise<void> {
  const { results } = deps
  const put = (rendition: NewRendition, bytes: Uint8Array) => results.keep(rendition, bytes)
  const rendered = await renderMissing(deps, attempt, plan, { kind: 'job', placeholder: false, put })
  const picture = pictureIn(plan, rendered)
  const expiresAt = new Date(Date.now() + deps.config.resultTtlMs)
  const { notes } = rendered
  try {
    await deps.recordPassing({ job: attempt.job, picture: { ...picture, expiresAt }, notes })
  } catch (error) {
    await dropUnrecorded(deps, attempt.job, picture)
    throw error
  }
}

/**
 * Lets go of a result's bytes that no row will speak of: the image, the job or the account is gone. Not where another job made
 * the same, or may be making it: whoever took this job over puts the same bytes under the same name, before their row.
 */
async function dropUnrecorded(
  { db, book, results, log }: WorkDeps,
  { id }: JobRecord,
  picture: NewRendition | Rendition,
): Promise<void> {
  try {
    const job = await book.get(db, id)
    if (job !== null && isUnfinished(job)) return
    const [kept] = await findResults(db, [picture.imageId], [picture.key])
    if (kept === undefined) await results.drop([picture])
  } catch (err) {
    log.warn({ err, jobId: id }, 'a result that is not recorded was not dropped')
  }
}

/**
 * Throws `conflict` when it follows the current version and another one became that meanwhile: the next attempt starts
 * from that one.
 */
async function saveVersion(
  deps: WorkDeps,
  attempt: Attempt,
  found: TransformPlan,
  follows: boolean,
): Promise<void> {
  const { job } = attempt
  const plan = await freezeAssets(deps, attempt, found)
  const rendered = await renderMissing(deps, attempt, plan, { kind: 'preset', placeholder: true })
  const picture = pictureIn(plan, rendered)
  await deps.db.transaction(async (tx) => {
    const image = await lockImage(tx, plan.image.id)
    if (image === null) throw new LeaseLost()
    if (follows && image.version !== plan.version.version) {
      throw new Failure('conflict', 'The history moved while the version was rendered.')
    }
    const version = image.lastVersion + 1
    const made = rendered.made.map((rendition) => ({ ...rendition, version }))
    await recordOutputs(deps, tx, plan, version, made)
    const { whole: recipe, assets } = plan
    const { original } = plan.version
    const { width, height } = picture
    const { placeholder, notes } = rendered
    const next = { original, recipe, assets, width, height, placeholder }
    const how = { cause: 'transform', status: 'complete' } as const
    const by = { doer: { userId: job.ownerId }, webhookUrl: job.webhookUrl, jobId: job.id }
    const appended = await appendVersion(deps, tx, image, { ...next, ...how }, by)
    await setVersionState(tx, image.id, version, { status: 'complete', jobId: job.id })
    await markMade(tx, { imageId: image.id, version }, plan.set)
    await tellReady(deps, tx, job, appended, made, 'image.updated')
    await completeJob(deps.book, tx, job, resultOf(picture, { version, notes }))
  })
}

/** The output that is the picture itself: without it there is nothing. A preset beside it may be missing. */
function pictureIn(plan: TransformPlan, { made, failed }: Rendered): NewRendition | Rendition {
  const picture = [...made, ...plan.made].find(({ name }) => name === null)
  if (picture !== undefined) return picture
  throw failed.find(({ output }) => output.name === null)?.failure ?? new Failure('internal')
}

/**
 * Copies what a version lays over into the image's own prefix: the version must not change, or become impossible to
 * render, when the other image does.
 */
async function freezeAssets(
  { storage }: WorkDeps,
  { signal }: Attempt,
  plan: TransformPlan,
): Promise<TransformPlan> {
  const assets = await Promise.all(
    plan.assets.map(async (asset) => {
      const key = storageKey('images', plan.image.id, 'assets', asset.digest)
      if (asset.storageKey === key || (await storage.head(key)) !== null) return { ...asset, storageKey: key }
      const bytes = await buffer(await storage.get(asset.storageKey, { signal }))
      await storage.put(key, bytes, { signal, accepted: true })
      return { ...asset, storageKey: key }
    }),
  )
  return { ...plan, assets }
}
