import { type ErrorCode, Failure, isFailure } from '@rendition/contract'
import { canonical, type Recipe } from '@rendition/contract/recipe'
import {
  type ImageReader,
  isETagOf,
  type NewRendition,
  newRendition,
  openLaidOver,
  type Rendition,
} from '../../images/index.ts'
import type { StorageKey } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Rendering, RenderOptions, RenderOrder, RenderResult } from '../../rendering/port.ts'
import { chooseSource, type SourceChoice } from '../plan/choose-source.ts'
import { type PlanSource, planRendition, type RenditionPlan } from '../plan/plan.ts'
import type { Allowance } from '../request/picture-request.ts'
import { readStored } from './read-stored.ts'
import { createSingleFlight } from './single-flight.ts'
import type { Store } from './store.ts'
import type { Usage } from './usage.ts'

/** For whom something is rendered: a client that waits, in its turn and on its allowance, or nobody, behind everything else. */
export type Asker = { lane: 'interactive'; client: string; allowance: Allowance } | { lane: 'bulk' }
type Lane = RenderOptions['lane']
type Output = RenderResult['outputs'][number]

/** A rendition that was made, and is stored nowhere yet. */
export interface Made {
  rendition: NewRendition
  bytes: Buffer
}

export interface Renderer {
  /** Renders from the smallest sufficient source. Failures are those of rendering. */
  render(plan: RenditionPlan, asker: Asker, signal: AbortSignal): Promise<Made>
}

export interface RendererOptions {
  storage: Storage
  ledger: Pick<ImageReader['ledger'], 'find'>
  rendering: Pick<Rendering, 'render' | 'turn'>
  store: Pick<Store, 'putNow'>
  usage: Pick<Usage, 'used'>
  images: PlanSource & Pick<ImageReader, 'faces'>
  /** Pixels of the long side of each stored level, smallest first. */
  levels: readonly number[]
  timeoutMs: number
  /** Told of each rendition that was made. */
  rendered: (ownerId: string) => void
  onError: (error: unknown, what: string) => void
}

/** How storage and rendering say that a file is no picture, or went away before or while it was read. */
const noPicture = ['undecodable', 'unsupported_media_type'] as const
const outOfReach = ['not_found', 'unavailable'] as const
const isOneOf = (error: unknown, codes: readonly ErrorCode[]): boolean =>
  codes.some((code) => isFailure(error, code))

type Source = RenderOrder['source']
type Size = NonNullable<RenderOptions['size']>

/** In which lane, and until when somebody wants it. */
interface How {
  lane: Lane
  signal: AbortSignal
}

/** One render: what it is of, and for whom. */
interface Work extends How {
  plan: RenditionPlan
  recipes: readonly Recipe[]
  /** Of the source: known from the ledger of versions, so no header is read again. */
  size: Size
}

const outputsOf = (recipes: readonly Recipe[]) => recipes.map((recipe, at) => ({ name: String(at), recipe }))

export function createRenderer(options: RendererOptions): Renderer {
  const { storage, ledger, rendering, store, usage } = options
  const levels = createSingleFlight<{ recipe: Recipe; bytes: Buffer }[]>()

  const run = async (source: Source, work: Work): Promise<Output[]> => {
    const { plan, recipes, size, lane, signal } = work
    const { timeoutMs, images } = options
    const faces = await images.faces(plan.version, recipes, { timeoutMs, signal, lane })
    await using assets = await openLaidOver(storage, plan.assets, signal)
    const { outputs } = await rendering.render(
      {
        source,
        outputs: outputsOf(recipes),
        focalPoint: plan.facts.focalPoint,
        faces,
        assets: assets.files,
      },
      { timeoutMs, signal, lane, size },
    )
    if (outputs.length !== recipes.length || outputs.some(({ data }) => data.byteLength === 0)) {
      throw new Failure('internal', 'Not everything was rendered.')
    }
    return outputs
  }
  const fromFile = async (key: StorageKey, work: Work): Promise<Output[]> => {
    const file = await storage.open(key, { signal: work.signal })
    try {
      return await run({ file: file.path }, work)
    } finally {
      await file[Symbol.asyncDispose]()
    }
  }
  const stored = async (level: RenditionPlan): Promise<Rendition | null> => {
    const row = await ledger.find(level.facts.id, level.key)
    if (row === null || (await storage.head(row.storageKey))?.size !== row.size) return null
    usage.used(level.facts.id, level.key)
    return row
  }
  const levelPlan = ({ facts, version }: RenditionPlan, recipe: Recipe): Promise<RenditionPlan> =>
    planRendition(facts, version, recipe, recipe, options.images)
  /** Whether a level that could not be read is at fault; null when storage does not say. */
  const isDamaged = async (row: Rendition, signal: AbortSignal): Promise<boolean | null> => {
    try {
      const bytes = await readStored(storage, row, signal)
      return bytes === null || !isETagOf(row.etag, bytes)
    } catch (error) {
      if (isFailure(error, 'unavailable')) return null
      throw error
    }
  }
  /** Makes a level with those that belong to it, once for all who wait, and gives its fresh bytes. */
  const makeLevels = async (
    plan: RenditionPlan,
    choice: SourceChoice,
    wanted: Recipe,
    how: How,
  ): Promise<Source> => {
    const { facts, version } = plan
    const plans = await Promise.all(choice.levels.map((recipe) => levelPlan(plan, recipe)))
    const flight = `${facts.id}/${plans.map(({ key }) => key).join()}`
    const made = await levels.join(flight, how.signal, async (shared) => {
      const work = {
        ...how,
        plan: plans[0] ?? plan,
        recipes: choice.levels,
        size: version.original,
        signal: shared,
      }
      const outputs = await fromFile(version.original.key, work)
      return Promise.all(
        outputs.map(async (output, at) => {
          const level = plans[at] ?? plan
          const { rendition, bytes } = madeOf(level, output, 'level')
          await store.putNow(rendition, bytes)
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
      return only(await run({ file: file.path }, work))
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

  const fromBest = async (plan: RenditionPlan, choice: SourceChoice, how: How): Promise<Output> => {
    const { original } = plan.version
    const from = (recipe: Recipe, size: Size): Work => ({ ...how, plan, recipes: [recipe], size })
    if (choice.level !== null) {
      const wanted = choice.level
      const work = from(choice.recipe, sizeOf(plan, choice))
      const fresh = async () => only(await run(await makeLevels(plan, choice, wanted, how), work))
      const row = await stored(await levelPlan(plan, wanted))
      if (row === null) return fresh()
      const output = await fromLevel(row, work, fresh)
      if (output !== null) return output
    }
    return only(await fromFile(original.key, from(plan.recipe, original)))
  }

  const made = (plan: RenditionPlan, output: Output): Made => {
    options.rendered(plan.facts.ownerId)
    return madeOf(plan, output)
  }

  return {
    async render(plan, asker, signal) {
      const choice = chooseSource(plan.version, plan.recipe, options.levels)
      const { lane } = asker
      if (lane === 'bulk') return made(plan, await fromBest(plan, choice, { lane, signal }))
      // Before anything is looked up or opened: whoever waits holds a place in the line and nothing else.
      const turn = await rendering.turn({
        client: asker.client,
        size: sizeOf(plan, choice),
        outputs: outputsOf([choice.recipe]),
        signal,
      })
      try {
        return made(plan, await fromBest(plan, choice, { lane, signal }))
      } finally {
        turn.leave()
      }
    },
  }
}

/** Of the source. */
const sizeOf = ({ version }: RenditionPlan, { kind, width, height }: SourceChoice): Size => ({
  width,
  height,
  frames: kind === 'original' ? version.original.frames : 1,
})

/** A level is called one, so that it is told from what URLs ask for. */
function madeOf({ facts, key, version }: RenditionPlan, output: Output, name: 'level' | null = null): Made {
  const of = { imageId: facts.id, key, kind: 'delivery', name, version: version.version } as const
  const { buffer, byteOffset, byteLength } = output.data
  return {
    rendition: { ...newRendition(of, output), purges: facts.purges },
    bytes: Buffer.from(buffer, byteOffset, byteLength),
  }
}

function only(outputs: readonly Output[]): Output {
  const [output] = outputs
  if (output === undefined) throw new Failure('internal', 'Nothing was rendered.')
  return output
}
