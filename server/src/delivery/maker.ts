import { type ErrorCode, Failure, isFailure } from '@rendition/contract'
import { canonical, type Recipe } from '@rendition/contract/recipe'
import type { Asset, ImageReader, Rendition } from '../images/index.ts'
import type { StorageKey } from '../platform/storage/key.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Rendering, RenderOptions, RenderOrder, RenderResult } from '../rendering/port.ts'
import { etagOf } from './etag.ts'
import { createFlights } from './flights.ts'
import type { Keeper } from './keeper.ts'
import { type PlanSource, planRendition, type RenditionPlan } from './plan.ts'
import { readStored } from './read-stored.ts'
import { chooseSource, type SourceChoice } from './sources.ts'

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
  onError: (error: unknown, what: string) => void
}

/** A picture that is laid over is read whole: beyond this it is not worth being a watermark. */
const assetLimit = 32 * 1024 * 1024

/** How storage and rendering say that a file is no picture, or went away before or while it was read. */
const noPicture = ['undecodable', 'unsupported_media_type'] as const
const outOfReach = ['not_found', 'unavailable'] as const
const isOneOf = (error: unknown, codes: readonly ErrorCode[]): boolean =>
  codes.some((code) => isFailure(error, code))

type Source = RenderOrder['source']
type Size = NonNullable<RenderOptions['size']>

/** One render: what it is of, and for whom. */
interface Work {
  plan: RenditionPlan
  recipes: readonly Recipe[]
  /** Of the source: known from the ledger of versions, so no header is read again. */
  size: Size
  lane: Lane
  signal: AbortSignal
}

export function createMaker(options: MakerOptions): Maker {
  const { storage, ledger, rendering, keeper } = options
  const levels = createFlights<{ recipe: Recipe; bytes: Buffer }[]>()

  const render = async (source: Source, work: Work): Promise<Output[]> => {
    const { plan, recipes, size, lane, signal } = work
    const assets = await readAssets(plan.assets, signal)
    const { outputs } = await rendering.render(
      {
        source,
        outputs: recipes.map((recipe, at) => ({ name: String(at), recipe })),
        focalPoint: plan.facts.focalPoint,
        ...(assets === null ? {} : { assets }),
      },
      { timeoutMs: options.timeoutMs, signal, lane, size },
    )
    if (outputs.length !== recipes.length || outputs.some(({ data }) => data.byteLength === 0)) {
      throw new Failure('internal', 'Not everything was rendered.')
    }
    return outputs
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
  const fromFile = async (key: StorageKey, work: Work): Promise<Output[]> => {
    const file = await storage.open(key, { signal: work.signal })
    try {
      return await render({ file: file.path }, work)
    } finally {
      await file[Symbol.asyncDispose]()
    }
  }
  const stored = async (level: RenditionPlan): Promise<Rendition | null> => {
    const row = await ledger.find(level.facts.id, level.key)
    if (row === null || (await storage.head(row.storageKey))?.size !== row.size) return null
    keeper.used(level.facts.id, level.key)
    return row
  }
  const levelPlan = ({ facts, version }: RenditionPlan, recipe: Recipe): Promise<RenditionPlan> =>
    planRendition(facts, version, recipe, recipe, options.images)
  /** Whether a level that could not be read is at fault; null when storage does not say. */
  const isDamaged = async (row: Rendition, signal: AbortSignal): Promise<boolean | null> => {
    try {
      const bytes = await readStored(storage, row, signal)
      return bytes === null || etagOf(bytes) !== row.etag
    } catch (error) {
      if (isFailure(error, 'unavailable')) return null
      throw error
    }
  }
  /** Makes all levels of a version, once for all who wait, and gives the fresh bytes of one. */
  const makeLevels = async (
    plan: RenditionPlan,
    choice: SourceChoice,
    wanted: Recipe,
    lane: Lane,
    signal: AbortSignal,
  ): Promise<Source> => {
    const { facts, version } = plan
    const made = await levels.join(`${facts.id}/${version.version}`, signal, async (shared) => {
      const plans = await Promise.all(choice.levels.map((recipe) => levelPlan(plan, recipe)))
      const work = {
        plan: plans[0] ?? plan,
        recipes: choice.levels,
        size: version.original,
        lane,
        signal: shared,
      }
      const outputs = await fromFile(version.original.key, work)
      return Promise.all(
        outputs.map(async (output, at) => {
          const bytes = bytesOf(output)
          const { contentType, format, width, height } = output
          const level = plans[at] ?? plan
          await keeper.keepNow(level, { etag: etagOf(bytes), contentType, format, width, height }, bytes)
          return { recipe: level.recipe, bytes }
        }),
      )
    })
    const level = made.find(({ recipe }) => canonical(recipe) === canonical(wanted))
    if (level === undefined) throw new Failure('internal', 'The level was not made.')
    return { bytes: level.bytes }
  }
  /** From a stored level, which may have been evicted, purged or damaged since; null: take the original. */
  const fromLevel = async (
    row: Rendition,
    work: Work,
    fresh: () => Promise<Output>,
  ): Promise<Output | null> => {
    const file = await storage.open(row.storageKey, { signal: work.signal }).catch((error: unknown) => {
      if (isOneOf(error, outOfReach)) return null
      throw error
    })
    if (file === null) return null
    try {
      return only(await render({ file: file.path }, work))
    } catch (error) {
      const undecodable = isOneOf(error, noPicture)
      if (!undecodable && !isOneOf(error, outOfReach)) throw error
      const damaged = await isDamaged(row, work.signal)
      if (damaged === true) {
        if (undecodable) options.onError(error, 'a stored level is damaged and made again')
        return await fresh()
      }
      // The level is whole: what is not reachable is something else, and would be for the original too.
      if (damaged === false && !undecodable) throw error
      return null
    } finally {
      await file[Symbol.asyncDispose]()
    }
  }

  return {
    async make(plan, lane, signal) {
      const { original } = plan.version
      const choice = chooseSource(plan.version, plan.recipe)
      const from = (recipe: Recipe, size: Size): Work => ({ plan, recipes: [recipe], size, lane, signal })
      if (choice.level !== null) {
        const wanted = choice.level
        const work = from(choice.recipe, { width: choice.width, height: choice.height, frames: 1 })
        const fresh = async () =>
          only(await render(await makeLevels(plan, choice, wanted, lane, signal), work))
        const row = await stored(await levelPlan(plan, wanted))
        if (row === null) return fresh()
        const output = await fromLevel(row, work, fresh)
        if (output !== null) return output
      }
      return only(await fromFile(original.key, from(plan.recipe, original)))
    },
  }
}

export const bytesOf = ({ data }: Output): Buffer =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength)

function only(outputs: readonly Output[]): Output {
  const [output] = outputs
  if (output === undefined) throw new Failure('internal', 'Nothing was rendered.')
  return output
}
