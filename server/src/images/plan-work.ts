import { Failure, type Fault } from '@rendition/contract'
import { type Presets, parseTransform, type Recipe } from '@rendition/contract/recipe'
import type { z } from 'zod'
import type { JobRequest, NewJob, StoredResult } from '../jobs/index.ts'
import type { Transaction } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { mayUse, noSuchImage } from './access.ts'
import { assetsOf } from './assets.ts'
import { composeRecipe } from './compose-recipe.ts'
import { findRendition, recordRendition } from './ledger.ts'
import { renditionKeyOf } from './rendition-key.ts'
import type { ImageRecord } from './rows.ts'
import { readImages } from './store.ts'
import type { Preset, Rendition } from './types.ts'
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
  const jobs: NewJob[] = []
  for (const image of images) {
    const whole = composeRecipe(image.current.recipe, recipe)
    jobs.push({
      ...(request.saveImage
        ? await savingJob(deps, tx, image, recipe, whole)
        : await passingJob(deps, tx, image, recipe, whole)),
      ...more,
    })
  }
  return jobs
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

/** Becomes the next version; each starts from what the one before it left, so none is equal to another. */
async function savingJob(
  deps: PlanDeps,
  tx: Transaction,
  image: ImageRecord,
  recipe: Recipe,
  whole: Recipe,
): Promise<NewJob> {
  await assetsOf(tx, image.current, image.ownerId, whole, deps.engineEpoch)
  return {
    ...transformJob(image, { recipe, save: true, version: null }),
    ordered: true,
  }
}

/** A result that is kept for its time: joined when it is being made, answered at once when it is there. */
async function passingJob(
  deps: PlanDeps,
  tx: Transaction,
  image: ImageRecord,
  recipe: Recipe,
  whole: Recipe,
): Promise<NewJob> {
  const { current } = image
  const assets = await assetsOf(tx, current, image.ownerId, whole, deps.engineEpoch)
  const key = renditionKeyOf({
    sha256: current.original.sha256,
    recipe: whole,
    focalPoint: image.focalPoint,
    assets,
    engineEpoch: deps.engineEpoch,
  })
  const job: NewJob = {
    ...transformJob(image, { recipe, save: false, version: image.version }),
    workKey: workKeyOf('transform', image.id, key),
  }
  const made = await findRendition(tx, image.id, key)
  if (made === null) return job
  const expiresAt = new Date(Date.now() + deps.resultTtlMs)
  await recordRendition(tx, { ...made, kind: 'job', expiresAt })
  return { ...job, result: passingResult(made, expiresAt) }
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
