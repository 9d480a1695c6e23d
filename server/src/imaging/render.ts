import { Failure } from '@rendition/contract'
import { isUntouched } from '@rendition/contract/recipe'
import { decodeFrames, renderAnimation } from './animation.ts'
import { contentTypes, targetOf } from './output/format.ts'
import { placeholderOf } from './output/placeholder.ts'
import type { Standing } from './plan/expand.ts'
import type { RunContext } from './run.ts'
import { type Origin, openSource } from './source.ts'
import { renderStill, type StillOutput } from './still.ts'
import type { OutputRequest, Placeholder, RenderedOutput, RenderRequest, RenderResult } from './types.ts'

/**
 * All outputs of a source, in the order asked for, from as few decodes as give the same pictures.
 *
 * Failures: those of `probe`; `undecodable` (the pixels are damaged), `invalid_recipe` (a crop outside the picture, a
 * frame it has not, a watermark image that is not in `assets`), `output_too_large`, `unsupported_output`. Throws the
 * signal's reason when aborted; that is looked at between passes, so a hard limit needs a process to kill.
 */
export async function render(request: RenderRequest, signal?: AbortSignal): Promise<RenderResult> {
  signal?.throwIfAborted()
  const origin = await openSource(request.source, request.limits)
  const context: RunContext = {
    limits: request.limits,
    sources: { assets: request.assets ?? {}, limits: request.limits, marks: new Map() },
    signal,
  }
  const standing = standingOf(origin, request.focalPoint ?? null)
  const done = new Map<string, RenderedOutput>()
  const stills = new Map<number, StillOutput[]>()
  const animated: StillOutput[] = []
  for (const output of request.outputs) {
    const kept = untouched(output, origin)
    if (kept) done.set(output.name, kept)
    else {
      const target = targetOf(output.recipe.output, origin)
      const one = { ...output, target }
      if (target.frame === null) animated.push(one)
      else stills.set(target.frame, [...(stills.get(target.frame) ?? []), one])
    }
  }
  let placeholder: Placeholder | null = null
  if (request.placeholder && animated.length === 0 && !stills.has(0)) stills.set(0, [])
  for (const [frame, outputs] of stills) {
    const wanted = request.placeholder === true && frame === 0
    const result = await renderStill({ origin, frame, outputs, standing, placeholder: wanted }, context)
    for (const output of result.outputs) done.set(output.name, output)
    placeholder ??= result.placeholder
  }
  if (animated.length > 0) {
    const frames = await decodeFrames(origin)
    for (const output of animated)
      done.set(output.name, await renderAnimation(frames, output, origin, standing, context))
    if (request.placeholder && frames[0]) placeholder ??= await placeholderOf(frames[0])
  }
  return { outputs: request.outputs.flatMap(({ name }) => done.get(name) ?? []), placeholder }
}

function standingOf({ width, height }: Origin, focal: { x: number; y: number } | null): Standing {
  const { x, y } = focal ?? { x: 0.5, y: 0.5 }
  return { width, height, focal: { x: x * width, y: y * height } }
}

/** The source's own bytes, for the recipe that asks for just them. */
function untouched({ name, recipe }: OutputRequest, origin: Origin): RenderedOutput | null {
  if (!isUntouched(recipe) || origin.format === 'raw') return null
  const { format, bytes, width, height, frames } = origin
  if (format === 'heic') return null
  if (!bytes) throw new Failure('internal', 'The original is answered from storage, not from a render.')
  return { name, data: bytes, width, height, format, contentType: contentTypes[format], frames, notes: [] }
}
