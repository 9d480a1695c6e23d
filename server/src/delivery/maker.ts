import { Failure, isFailure } from '@rendition/contract'
import type { Recipe } from '@rendition/contract/recipe'
import type { Asset, ImageReader } from '../images/index.ts'
import type { StorageKey } from '../platform/storage/key.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Rendering, RenderOptions, RenderOrder, RenderResult } from '../rendering/port.ts'
import { etagOf } from './etag.ts'
import { createFlights } from './flights.ts'
import type { Keeper } from './keeper.ts'
import { type PlanSource, planRendition, type RenditionPlan } from './plan.ts'
import { readStored } from './read-stored.ts'
import { chooseSource } from './sources.ts'

export type Lane = RenderOptions['lane']
export type Output = RenderResult['outputs'][number]

export interface Maker {
  /** Renders from the smallest sufficient source. Failures are those of rendering. */
  make(plan: RenditionPlan, lane: Lane, signal: AbortSignal): Promise<Output>
}

export interface MakerOptions {
  storage: Storage
  ledger: ImageReader['ledger']
  rendering: Pick<Rendering, 'render'>
  keeper: Keeper
  images: PlanSource
  timeoutMs: number
}

/** A picture that is laid over is read whole: beyond this it is not worth being a watermark. */
const assetLimit = 32 * 1024 * 1024

type Source = RenderOrder['source']
type Size = NonNullable<RenderOptions['size']>

/** One render: what it is of, and for whom. */
interface Work {
  plan: RenditionPlan
  recipe: Recipe
  /** Of the source: known from the ledger of versions, so no header is read again. */
  size: Size
  lane: Lane
  signal: AbortSignal
}

export function createMaker(options: MakerOptions): Maker {
  const { storage, ledger, rendering, keeper } = options
  const levels = createFlights<Source | StorageKey>()

  const render = async (source: Source, { plan, recipe, size, lane, signal }: Work): Promise<Output> => {
    const assets = await readAssets(plan.assets, signal)
    const result = await rendering.render(
      {
        source,
        outputs: [{ name: 'picture', recipe }],
        focalPoint: plan.facts.focalPoint,
        ...(assets === null ? {} : { assets }),
      },
      { timeoutMs: options.timeoutMs, signal, lane, size },
    )
    const [output] = result.outputs
    if (output === undefined || output.data.byteLength === 0)
      throw new Failure('internal', 'Nothing was rendered.')
    return output
  }
  const readAssets = async (
    assets: readonly Asset[],
    signal: AbortSignal,
  ): Promise<Record<string, Uint8Array> | null> => {
    if (assets.length === 0) return null
    const read = assets.map(async ({ imageId, storageKey }) => {
      const object = await storage.head(storageKey)
      if (object === null || object.size > assetLimit) {
        const message = object === null ? 'is gone' : 'is too large a file to lay over'
        throw new Failure('invalid_recipe', undefined, { errors: [{ path: 'watermarkImage', message }] })
      }
      const bytes = await readStored(storage, { storageKey, size: object.size }, signal)
      if (bytes === null) throw new Failure('unavailable', 'A laid-over image could not be read.')
      return [imageId, bytes] as const
    })
    return Object.fromEntries(await Promise.all(read))
  }
  const fromFile = async (key: StorageKey, work: Work): Promise<Output> => {
    const file = await storage.open(key, { signal: work.signal })
    try {
      return await render({ file: file.path }, work)
    } finally {
      await file[Symbol.asyncDispose]()
    }
  }
  /** The stored level of a version, made once when it is missing; its bytes where it was just made. */
  const level = async ({ plan, recipe, lane, signal }: Omit<Work, 'size'>): Promise<Source | StorageKey> => {
    const { facts, version } = plan
    const own = await planRendition(facts, version, recipe, recipe, options.images)
    const row = await ledger.find(facts.id, own.key)
    if (row !== null && (await storage.head(row.storageKey))?.size === row.size) {
      keeper.used(facts.id, own.key)
      return row.storageKey
    }
    return levels.join(`${facts.id}/${own.key}`, signal, async (shared) => {
      const work = { plan: own, recipe, size: version.original, lane, signal: shared }
      const output = await fromFile(version.original.key, work)
      const bytes = Buffer.from(output.data.buffer, output.data.byteOffset, output.data.byteLength)
      const { contentType, format, width, height } = output
      await keeper.keepNow(own, { etag: etagOf(bytes), contentType, format, width, height }, bytes)
      return { bytes }
    })
  }

  return {
    async make(plan, lane, signal) {
      const { original } = plan.version
      const choice = chooseSource(plan.version, plan.recipe)
      if (choice.level !== null) {
        const source = await level({ plan, recipe: choice.level, lane, signal })
        const size = { width: choice.width, height: choice.height, frames: 1 }
        const work = { plan, recipe: choice.recipe, size, lane, signal }
        if (typeof source !== 'string') return render(source, work)
        try {
          return await fromFile(source, work)
        } catch (error) {
          // Evicted or purged since it was looked up: the original still is what it is made from.
          if (!isFailure(error, 'not_found')) throw error
        }
      }
      return fromFile(original.key, { plan, recipe: plan.recipe, size: original, lane, signal })
    },
  }
}
