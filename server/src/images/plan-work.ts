import { Failure, type Fault } from '@rendition/contract'
import { type Presets, parseTransform, type Recipe } from '@rendition/contract/recipe'
import type { z } from 'zod'
import type { JobRequest, NewJob, StoredResult } from '../jobs/index.ts'
import type { Transaction } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { mayUse, noSuchImage } from './access.ts'
import { assetsOf } from './assets.ts'
import { composeRecipe } from './compose-recipe.ts'
import { findRenditions, recordRendition } from './ledger.ts'
import { renditionKeyOf } from './rendition-key.ts'
import type { ImageRecord } from './rows.ts'
import { readImages } from './store.ts'
import type { Asset, Preset, Rendition } from './types.ts'
import { renditionsJob, type transformInputSchema, workKeyOf } from './work-keys.ts'

export interface PlanDeps {
  presets: ReadonlyMap<string, Preset>
  engineEpoch: number | string
  resultTtlMs: number
}

/** One job for each image of a request, in its order. Judges everything that can be judged without pixels. */
export async function planWork(
  deps: PlanDeps,
  tx: Transaction,
  principal: Principal,
  request: JobRequest,
): Promise<NewJob[]> {
  const images = await ownImages(tx, principal, request.imageIds)
  const more = { priority: request.priority, webhookUrl: request.webhookUrl ?? null }
  if (request.type === 'renditions') {
    const names = presetNames(deps, request)
    return images.map((image) => ({
      ...renditionsJob(image.ownerId, image.id, image.version, names),
      ...more,
    }))
  }
  if (request.presets !== undefined) throw refuse('presets', 'belong to a job of type renditions')
  const recipe = parseTransform(request.transform, { presets: recipesOf(deps.presets) })
  const wholes = images.map((image) => composeRecipe(image.current.recipe, recipe))
  const jobs = request.saveImage
    ? await savingJobs(deps, tx, images, recipe, wholes)
    : await passingJobs(deps, tx, images, recipe, wholes)
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
    return image
  })
}

function presetNames({ presets }: PlanDeps, request: JobRequest): string[] | null {
  const [stray] = Object.keys(request.transform)
  if (stray !== undefined) throw refuse(stray, 'belongs to a job of type transform')
  if (request.saveImage) throw refuse('saveImage', 'belongs to a job of type transform')
  if (request.presets === undefined) return null
  const unknown = request.presets.find((name) => name !== 'original' && !presets.has(name))
  if (unknown !== undefined) throw refuse('presets', `there is no preset ${unknown}`)
  return request.presets.filter((name) => name !== 'original')
}

/** Become the next versions; each starts from what the one before it left, so none is equal to another. */
async function savingJobs(
  deps: PlanDeps,
  tx: Transaction,
  images: readonly ImageRecord[],
  recipe: Recipe,
  wholes: readonly Recipe[],
): Promise<NewJob[]> {
  await assetsOfAll(deps, tx, images, wholes)
  return images.map((image) => ({
    ...transformJob(image, { recipe, save: true, version: null }),
    ordered: true,
  }))
}

/** Results that are kept for their time: joined when being made, answered at once when there. */
async function passingJobs(
  deps: PlanDeps,
  tx: Transaction,
  images: readonly ImageRecord[],
  recipe: Recipe,
  wholes: readonly Recipe[],
): Promise<NewJob[]> {
  const assets = await assetsOfAll(deps, tx, images, wholes)
  const keys = images.map(({ current, focalPoint }, n) =>
    renditionKeyOf({
      sha256: current.original.sha256,
      recipe: wholes[n] ?? recipe,
      focalPoint,
      assets: assets[n] ?? [],
      engineEpoch: deps.engineEpoch,
    }),
  )
  // One look at the ledger for a batch of thousands.
  const made = new Map(
    (
      await findRenditions(
        tx,
        images.map(({ id }) => id),
        keys,
      )
    ).map((rendition) => [`${rendition.imageId}/${rendition.key}`, rendition]),
  )
  const expiresAt = new Date(Date.now() + deps.resultTtlMs)
  const jobs: NewJob[] = []
  for (const [n, image] of images.entries()) {
    const key = keys[n] ?? ''
    const job: NewJob = {
      ...transformJob(image, { recipe, save: false, version: image.version }),
      workKey: workKeyOf('transform', image.id, key),
    }
    const rendition = made.get(`${image.id}/${key}`)
    if (rendition !== undefined) await recordRendition(tx, { ...rendition, kind: 'job', expiresAt })
    jobs.push(rendition === undefined ? job : { ...job, result: passingResult(rendition, expiresAt) })
  }
  return jobs
}

/** What each recipe lays over its image; asks the database only where a recipe lays anything over. */
async function assetsOfAll(
  { engineEpoch }: PlanDeps,
  tx: Transaction,
  images: readonly ImageRecord[],
  wholes: readonly Recipe[],
): Promise<Asset[][]> {
  const all: Asset[][] = []
  for (const [n, { current, ownerId }] of images.entries()) {
    const whole = wholes[n]
    all.push(whole === undefined ? [] : await assetsOf(tx, current, ownerId, whole, engineEpoch))
  }
  return all
}

function transformJob(image: ImageRecord, input: z.input<typeof transformInputSchema>): NewJob {
  return { ownerId: image.ownerId, type: 'transform', imageId: image.id, priority: 'interactive', input }
}

/** What a job tells of a result that is not part of the image. */
export function passingResult(
  rendition: Pick<Rendition, 'width' | 'height' | 'size' | 'format' | 'contentType' | 'storageKey' | 'etag'>,
  expiresAt: Date,
): StoredResult {
  const { width, height, size, format, contentType, storageKey, etag } = rendition
  return {
    version: null,
    preset: null,
    width,
    height,
    size,
    format,
    contentType,
    storageKey,
    etag,
    expiresAt: expiresAt.toISOString(),
  }
}

function recipesOf(presets: ReadonlyMap<string, Preset>): Presets {
  return Object.fromEntries([...presets].map(([name, { recipe }]) => [name, recipe]))
}

function refuse(path: string, message: string): Failure {
  const errors: Fault[] = [{ path, message }]
  return new Failure('invalid_request', `${path}: ${message}.`, { errors })
}
