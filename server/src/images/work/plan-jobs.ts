import { Failure, type Fault } from '@rendition/contract'
import { type Presets, parseTransform, type Recipe } from '@rendition/contract/recipe'
import type { z } from 'zod'
import type { JobRequest, NewJob } from '../../jobs/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { Rendering } from '../../rendering/port.ts'
import { renditionsJob, type transformInputSchema, workKeyOf } from '../job-inputs.ts'
import { inTheTrash, mayUse, noSuchImage } from '../library/access.ts'
import { composeRecipe } from '../renditions/compose-recipe.ts'
import { checkFaces } from '../renditions/faces.ts'
import { assetsOf } from '../renditions/laid-over.ts'
import type { KeptResults } from '../results/kept-results.ts'
import { readImages } from '../store/images.ts'
import { findResults, type ResultFacts, recordResults } from '../store/results.ts'
import type { ImageRecord, VersionRecord } from '../store/rows.ts'
import { readVersion } from '../store/versions.ts'
import type { Asset, Preset, PresetSet, RenditionKeyOf, SettleRecipe } from '../types.ts'
import { passingResult } from './job-results.ts'

export interface PlanJobsDeps {
  view: { presets: () => PresetSet; keyOf: RenditionKeyOf; settle: SettleRecipe }
  results: KeptResults
  rendering: Pick<Rendering, 'faceDetector'>
  config: { resultTtlMs: number }
}

/** One image of a request, and what the request's recipe is for it. */
interface Wanted {
  image: ImageRecord
  /** What the recipe is put on. */
  version: VersionRecord
  /** From the original. */
  whole: Recipe
  assets: readonly Asset[]
}

/** One job for each image of a request, in its order. Judges everything that can be judged without pixels. */
export async function planJobs(
  deps: PlanJobsDeps,
  tx: Transaction,
  principal: Principal,
  request: JobRequest,
): Promise<NewJob[]> {
  const { presets } = deps.view.presets()
  const images = await ownImages(tx, principal, request.imageIds)
  const more = { priority: request.priority, webhookUrl: request.webhookUrl ?? null }
  if (request.version !== undefined) {
    if (request.type === 'renditions') throw refuse('version', 'belongs to a job of type transform')
    if (images.length > 1) throw refuse('version', 'belongs to one image')
  }
  if (request.type === 'renditions') {
    const names = presetNames(presets, request)
    return images.map((image) => ({
      ...renditionsJob(image.ownerId, image.id, image.version, names),
      ...more,
    }))
  }
  if (request.presets !== undefined) throw refuse('presets', 'belong to a job of type renditions')
  const recipe = parseTransform(request.transform, { presets: recipesOf(presets) })
  const wanted = await wantedOf(deps, tx, images, recipe, request.version)
  const jobs = request.saveImage
    ? wanted.map(({ image }) => savingJob(image, recipe, request.version ?? null))
    : await passingJobs(deps, tx, wanted, recipe)
  return jobs.map((job) => ({ ...job, ...more }))
}

async function ownImages(
  tx: Transaction,
  principal: Principal,
  imageIds: readonly string[],
): Promise<ImageRecord[]> {
  const found = new Map((await readImages(tx, imageIds)).map((image) => [image.id, image]))
  return imageIds.map((id) => {
    const image = found.get(id)
    if (image === undefined || !mayUse(principal, image)) throw noSuchImage()
    if (image.trashedAt !== null) throw inTheTrash()
    return image
  })
}

function presetNames(presets: ReadonlyMap<string, Preset>, request: JobRequest): string[] | null {
  const [stray] = Object.keys(request.transform)
  if (stray !== undefined) throw refuse(stray, 'belongs to a job of type transform')
  if (request.saveImage) throw refuse('saveImage', 'belongs to a job of type transform')
  if (request.presets === undefined) return null
  const unknown = request.presets.find((name) => name !== 'original' && !presets.has(name))
  if (unknown !== undefined) throw refuse('presets', `there is no preset ${unknown}`)
  return request.presets.filter((name) => name !== 'original')
}

/** Judges the recipe for each image; asks the database only where it lays anything over. */
async function wantedOf(
  { view, rendering }: PlanJobsDeps,
  tx: Transaction,
  images: readonly ImageRecord[],
  recipe: Recipe,
  n: number | undefined,
): Promise<Wanted[]> {
  checkFaces(recipe, rendering)
  const wanted: Wanted[] = []
  for (const image of images) {
    const version = n === undefined ? image.current : await readVersion(tx, image.id, n)
    if (version === null) throw new Failure('not_found', 'There is no such version.')
    const whole = view.settle(version, composeRecipe(version.recipe, recipe), false).recipe
    const assets = await assetsOf(tx, version, image.ownerId, whole, view.keyOf)
    wanted.push({ image, version, whole, assets })
  }
  return wanted
}

/**
 * Becomes the next version; each starts from what the one before it left, or from the version that was named, so none is
 * equal to another.
 */
const savingJob = (image: ImageRecord, recipe: Recipe, version: number | null): NewJob => ({
  ...transformJob(image, { recipe, save: true, version }),
  ordered: true,
})

/** Results that are kept for their time: joined when being made, answered at once when there. */
async function passingJobs(
  { view, results, config }: PlanJobsDeps,
  tx: Transaction,
  wanted: readonly Wanted[],
  recipe: Recipe,
): Promise<NewJob[]> {
  const keyed = wanted.map(({ image, version, whole, assets }) => ({
    image,
    version: version.version,
    key: view.keyOf(version, whole, image.focalPoint, assets),
  }))
  // One look for a batch of thousands, and then at what the cache still has of it.
  const found = await findResults(
    tx,
    keyed.map(({ image }) => image.id),
    keyed.map(({ key }) => key),
  )
  const kept = await results.renew(found)
  const made = new Map(kept.map((result) => [`${result.imageId}/${result.key}`, result]))
  const expiresAt = new Date(Date.now() + config.resultTtlMs)
  const jobs: NewJob[] = []
  const renewed: ResultFacts[] = []
  for (const { image, version, key } of keyed) {
    const job: NewJob = {
      ...transformJob(image, { recipe, save: false, version }),
      workKey: workKeyOf('transform', image.id, key),
    }
    const result = made.get(`${image.id}/${key}`)
    if (result === undefined) {
      jobs.push(job)
      continue
    }
    renewed.push({ ...result, expiresAt })
    jobs.push({ ...job, result: passingResult(result, expiresAt) })
  }
  if (!(await recordResults(tx, renewed))) throw noSuchImage()
  return jobs
}

function transformJob(image: ImageRecord, input: z.input<typeof transformInputSchema>): NewJob {
  return { ownerId: image.ownerId, type: 'transform', imageId: image.id, priority: 'interactive', input }
}

function recipesOf(presets: ReadonlyMap<string, Preset>): Presets {
  return Object.fromEntries([...presets].map(([name, { recipe }]) => [name, recipe]))
}

function refuse(path: string, message: string): Failure {
  const errors: Fault[] = [{ path, message }]
  return new Failure('invalid_request', `${path}: ${message}.`, { errors })
}
