import { Failure } from '@rendition/contract'
import type { Attempt } from '../../jobs/index.ts'
import type {
  DecodedSize,
  QualityCurve,
  RenderedOutput,
  RenderOrder,
  RenderResult,
} from '../../rendering/port.ts'
import { isRenderDeath } from '../../rendering/port.ts'
import { facesOf } from '../renditions/faces.ts'
import { openLaidOver } from '../renditions/laid-over.ts'
import { newRendition } from '../renditions/new-rendition.ts'
import type { NewRendition, RenditionKind } from '../types.ts'
import type { WorkDeps, WorkOutput, WorkPlan } from './work-plan.ts'

export interface Rendered {
  made: NewRendition[]
  /** Outputs that cannot be made. Never all of a plan's: that is thrown. */
  failed: { output: WorkOutput; failure: Failure }[]
  placeholder: RenderResult['placeholder']
  /** What the original was found to be; null when it was not decoded. */
  source: DecodedSize | null
  /** What was left out, for the owner. */
  notes: string[]
}

export interface RenderHow {
  kind: RenditionKind
  placeholder: boolean
  /** Asks for the curve of the original too, and gives what is missing with the names that it decides. */
  measured?: (curve: QualityCurve) => readonly WorkOutput[]
  /** Puts the bytes elsewhere than into the storage. */
  put?: (rendition: NewRendition, bytes: Uint8Array) => Promise<void>
  /** Told of each output once its bytes are stored. */
  onStored?: (rendition: NewRendition) => void
}

/** Before a note or a failure: whose it is. */
export const titled = ({ name }: WorkOutput, text: string): string =>
  name === null ? text : `${name}: ${text}`

/**
 * Renders what a plan is missing in one go from the local original, and puts each output under its deterministic key
 * as soon as it is made: a second attempt writes the same bytes to the same places. When the process dies over one
 * output, those it had not made are made one by one, so that each dies of itself alone.
 *
 * Throws what one failed with that another attempt may make, and what the first failed with when nothing of the plan
 * could be made.
 */
export async function renderMissing(
  deps: WorkDeps,
  attempt: Attempt,
  plan: WorkPlan,
  how: RenderHow,
): Promise<Rendered> {
  const rendered: Rendered = { made: [], failed: [], placeholder: null, source: null, notes: [] }
  if (plan.missing.length === 0 && !how.placeholder) return rendered
  const { storage, onStep } = deps
  await using assets = await openLaidOver(storage, plan.assets, attempt.signal)
  attempt.progress(0.1)
  const recipes = plan.missing.map(({ recipe }) => recipe)
  const looking = {
    timeoutMs: deps.config.renderTimeoutMs,
    lane: attempt.job.priority,
    signal: attempt.signal,
  }
  const faces = await facesOf(deps, plan.version, recipes, looking)
  await using original = await storage.open(plan.version.original.key, { signal: attempt.signal })
  const source = { file: original.path, assets: assets.files, faces }
  onStep?.('job.rendering')
  const pass = createPass(deps, attempt, plan, how, rendered)
  const placeholder = how.placeholder && isOriginal(plan)
  let died = false
  try {
    await pass.render(source, plan.missing, placeholder, how.measured !== undefined)
  } catch (error) {
    if (!isRenderDeath(error) || plan.missing.length < 2) throw error
    died = true
    for (const output of pass.pending()) {
      await pass.render(source, [output], false).catch((alone: unknown) => {
        if (!isRenderDeath(alone)) throw alone
        rendered.failed.push({ output, failure: alone })
      })
    }
  }
  onStep?.('job.stored')
  const [first] = rendered.failed
  const nothing = rendered.made.length + plan.made.length === 0
  const again = rendered.failed.find(({ failure }) => attempt.mayRetry(failure))
  // What is stored is there at the next attempt, and is not made again.
  if (first !== undefined && (nothing || again)) throw (again ?? first).failure
  if (died && placeholder) await pass.render(source, [], true)
  for (const { output, failure } of rendered.failed) rendered.notes.push(titled(output, failure.detail))
  attempt.progress(0.95)
  if (how.placeholder && !isOriginal(plan)) rendered.placeholder = await pass.placeholderOfEdit()
  return rendered
}

interface Source {
  file: string
  assets: NonNullable<RenderOrder['assets']>
  faces: RenderOrder['faces']
}

/** Renders of one plan that add to the same account. */
function createPass(
  { storage, rendering, config, onStep, countUsage }: WorkDeps,
  { job, signal, progress }: Attempt,
  plan: WorkPlan,
  { kind, put, onStored, measured }: RenderHow,
  rendered: Rendered,
) {
  const { width, height, frames } = plan.version.original
  const options = { timeoutMs: config.renderTimeoutMs, lane: job.priority }
  const ended = new Set<number>()
  /** What is missing, with its names as they are known by now. */
  let missing: readonly WorkOutput[] = plan.missing
  /** What stands for an edited picture while its placeholder is made: itself, or the largest of its presets. */
  let shown: (RenderedOutput & { whole: boolean }) | null = null

  const store = async (output: WorkOutput, made: RenderedOutput): Promise<void> => {
    const { key, name, presetSet = 1, hidden = false } = output
    const of = { imageId: plan.image.id, key, kind, name, version: plan.version.version }
    const rendition = newRendition({ ...of, presetSet, hidden }, made)
    const { storageKey, contentType } = rendition
    await (put?.(rendition, made.data) ??
      storage.put(storageKey, made.data, { contentType, signal, accepted: true }))
    rendered.made.push(rendition)
    countUsage(plan.image.ownerId, { renders: 1 })
    rendered.notes.push(...made.notes.map((note) => titled(output, note)))
    progress(0.1 + (0.8 * rendered.made.length) / plan.missing.length)
    onStored?.(rendition)
  }

  return {
    /** Outputs that were neither made nor judged impossible, in the plan's order. */
    pending: (): WorkOutput[] => missing.filter((_output, index) => !ended.has(index)),
    async render(
      source: Source,
      outputs: readonly WorkOutput[],
      placeholder: boolean,
      measure = false,
    ): Promise<void> {
      if (outputs.length === 0 && !placeholder) return
      const broken = new AbortController()
      const stores: Promise<void>[] = []
      const outputOf = (name: string): WorkOutput => {
        const asked = outputs.find(({ key }) => key === name)
        if (asked === undefined) throw new Failure('internal')
        // By its place: while a set of presets comes, two have one name
        const index = Math.max(plan.missing.indexOf(asked), missing.indexOf(asked))
        const output = missing[index]
        if (output === undefined) throw new Failure('internal')
        ended.add(index)
        return output
      }
      const made = (result: RenderedOutput): void => {
        const output = outputOf(result.name)
        const whole = output.name === null
        if (
          shown === null ||
          whole ||
          (!shown.whole && result.width * result.height > shown.width * shown.height)
        )
          shown = { ...result, whole }
        // Storage that fails ends the render: the attempt is lost anyhow.
        stores.push(store(output, result).catch((error: unknown) => broken.abort(error)))
      }
      try {
        const result = await rendering.render(
          {
            source: { file: source.file },
            outputs: outputs.map(({ key, recipe, open }) => ({
              name: key,
              recipe: measure ? (open ?? recipe) : recipe,
            })),
            measure,
            assets: source.assets,
            focalPoint: plan.image.focalPoint,
            faces: source.faces ?? null,
            placeholder,
          },
          {
            ...options,
            signal: AbortSignal.any([signal, broken.signal]),
            size: { width, height, frames },
            sink: {
              measured: (curve) => {
                missing = measured?.(curve) ?? missing
              },
              made,
              failed: (name, failure) => rendered.failed.push({ output: outputOf(name), failure }),
            },
          },
        )
        rendered.placeholder ??= result.placeholder
        rendered.source ??= result.source
        onStep?.('job.rendered')
      } finally {
        // Whatever became of the render, what it made is kept, and nothing is written behind its back.
        await Promise.all(stores)
        broken.signal.throwIfAborted()
      }
    },
    async placeholderOfEdit(): Promise<RenderResult['placeholder']> {
      if (shown === null) return null
      const { data } = shown
      const result = await rendering.render(
        { source: { bytes: data }, outputs: [], placeholder: true },
        { ...options, signal },
      )
      return result.placeholder
    },
  }
}

/** Whether the outputs show the original's picture and not an edited one: the same decode gives its placeholder. */
const isOriginal = (plan: WorkPlan): boolean =>
  plan.version.recipe === null && plan.missing.every(({ name }) => name !== null)
