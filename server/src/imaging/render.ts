import { isFailure } from '@rendition/contract'
import type { Gamut } from '@rendition/contract/recipe'
import { decodeFrames, renderAnimation } from './animation.ts'
import { facePoints } from './faces.ts'
import type { Origin } from './origin.ts'
import { targetOf } from './output/format.ts'
import { placeholderOf } from './output/placeholder.ts'
import { comesToNothing, type Standing } from './plan/expand.ts'
import { movePoints } from './plan/geometry.ts'
import { CURVE_EPOCH } from './quality/curve.ts'
import type { RunContext } from './run.ts'
import { settleQuality } from './settle-quality.ts'
import { sortByColours } from './sort-by-colours.ts'
import { openSource } from './source.ts'
import { type Attempt, renderStill, type StillOutput, type StillRequest } from './still.ts'
import type {
  DecodedSize,
  OutputSink,
  Placeholder,
  QualityCurve,
  RenderedOutput,
  RenderRequest,
  RenderResult,
} from './types.ts'

/**
 * All outputs of a source, in the order asked for, from as few decodes as give the same pictures. With `sink` they are
 * given there, and the result holds none; the smallest are made first, where that costs nothing.
 *
 * Failures: those of `probe`; `undecodable` (the pixels are damaged), `invalid_recipe` (a crop outside the picture, a
 * frame it has not, a watermark image that is not in `assets`), `output_too_large`, `unsupported_output`. With `sink`
 * only what no output of the source could be made for is thrown. Throws the signal's reason when aborted; that is
 * looked at between passes, so a hard limit needs a process to kill.
 */
export async function render(
  request: RenderRequest,
  signal?: AbortSignal,
  sink?: OutputSink,
): Promise<RenderResult> {
  signal?.throwIfAborted()
  const origin = await openSource(request.source, request.limits)
  const done = new Map<string, RenderedOutput>()
  const made = sink?.made ?? ((output: RenderedOutput) => void done.set(output.name, output))
  const standing = standingOf(origin, request)
  /** One output, which may fail alone where somebody takes that. */
  const attempt: Attempt = async (name, make) => {
    let output: RenderedOutput | null
    try {
      output = await make()
    } catch (error) {
      signal?.throwIfAborted()
      if (sink === undefined || !isFailure(error)) throw error
      return sink.failed(name, error)
    }
    if (output) made(output)
  }
  const contextOf = (gamut: Gamut): RunContext => ({
    limits: request.limits,
    sources: { assets: request.assets ?? {}, limits: request.limits, marks: new Map(), gamut },
    signal,
  })
  const targeted: StillOutput[] = []
  for (const output of request.outputs) {
    await attempt(output.name, async () => {
      targeted.push({ ...output, target: targetOf(output.recipe.output, origin) })
      return null
    })
  }
  const context = contextOf('srgb')
  let curve: QualityCurve | null = null
  const settle = (output: StillOutput): StillOutput => ({
    ...output,
    recipe: settleQuality(output.recipe, origin, curve).recipe,
  })
  let unmeasured = request.measure === true
  const measured = (found: QualityCurve): void => {
    curve = found
    unmeasured = false
    sink?.measured?.(found)
  }
  const shared = { origin, standing, settle, attempt }
  const isWide = ({ recipe: { output } }: StillOutput) => output.gamut === 'p3' || output.hdr === 'keep'
  if (unmeasured && origin.frames > 1) measured({ epoch: CURVE_EPOCH, unmeasured: 'animated' })
  // What is made in other colours comes first, and is settled too
  else if (unmeasured && targeted.some(isWide)) {
    await renderStill({ ...shared, frame: 0, outputs: [], placeholder: false, measured }, context)
    unmeasured = false
  }
  const sorting = { request, origin, standing, context, attempt }
  const { plain, wide } = await sortByColours(unmeasured ? targeted : targeted.map(settle), sorting)
  if (wide) {
    const { outputs } = wide
    const asked = { ...shared, origin: wide.origin, outputs, placeholder: false, measured: null }
    await renderFrom(asked, contextOf('p3'))
  }
  const placeholderAsked = request.placeholder === true
  const needed = plain.length > 0 || placeholderAsked || unmeasured
  const asked = {
    ...shared,
    outputs: plain,
    placeholder: placeholderAsked,
    measured: unmeasured ? measured : null,
  }
  const placeholder = needed ? await renderFrom(asked, context) : null
  const outputs = request.outputs.flatMap(({ name }) => done.get(name) ?? [])
  return { source: sizeOf(origin), outputs, placeholder, curve }
}

function sizeOf({ format, width, height, frames, metadata }: Origin): DecodedSize {
  const reads = format !== 'avif' && format !== 'gif'
  return {
    width,
    height,
    orientation: frames === 1 && reads && metadata ? (metadata.orientation ?? 1) : null,
  }
}

/** All outputs of an origin, in its colours, and its placeholder. */
async function renderFrom(
  { origin, outputs, standing, placeholder: asked, measured, settle, attempt }: Omit<StillRequest, 'frame'>,
  context: RunContext,
): Promise<Placeholder | null> {
  const stills = new Map<number, StillOutput[]>()
  const animated: StillOutput[] = []
  const addStill = (frame: number, output: StillOutput) =>
    stills.set(frame, [...(stills.get(frame) ?? []), output])
  for (const output of outputs) {
    if (output.target.frame === null) animated.push(output)
    else addStill(output.target.frame, output)
  }
  let placeholder: Placeholder | null = null
  if (animated.length > 0) {
    const frames = await decodeFrames(origin).catch(orStill)
    // Presets larger than the animation, and such as differ by their names alone, are one
    const equal = new Map<string, RenderedOutput>()
    for (const output of animated.map(settle)) {
      await attempt(output.name, async () => {
        const { steps, output: described } = output.recipe
        const work = JSON.stringify([comesToNothing(steps, standing, context.limits) ? [] : steps, described])
        const before = equal.get(work)
        if (before) return { ...before, name: output.name }
        const moving =
          frames && (await renderAnimation(frames, output, origin, standing, context).catch(orStill))
        if (moving) equal.set(work, moving)
        else addStill(0, stillOf(output))
        return moving
      })
    }
    if (asked && frames?.[0]) placeholder = await placeholderOf(frames[0])
  }
  if ((measured !== null || (asked && placeholder === null)) && !stills.has(0)) stills.set(0, [])
  for (const [frame, some] of stills) {
    const wanted = asked && placeholder === null && frame === 0
    const result = await renderStill(
      { origin, frame, outputs: some, standing, placeholder: wanted, measured, settle, attempt },
      context,
    )
    placeholder ??= result
  }
  return placeholder
}

/** null for frames that cannot be decoded or written, where the first of them still may; throws everything else. */
function orStill(error: unknown): null {
  if (isFailure(error, 'undecodable') || isFailure(error, 'internal')) return null
  throw error
}

function stillOf(output: StillOutput): StillOutput {
  const { format, notes } = output.target
  const note =
    'The animation was dropped, as its frames are damaged or cannot be written: this is the first one.'
  return { ...output, target: { format, frame: 0, notes: [...notes, note] } }
}

function standingOf(
  { width, height }: Origin,
  { focalPoint, faces }: Pick<RenderRequest, 'focalPoint' | 'faces'>,
): Standing {
  const focal = focalPoint ?? { x: 0.5, y: 0.5 }
  const points = { focal, face: focal, faces: focal, ...facePoints(faces ?? []) }
  return { width, height, points: movePoints(points, ({ x, y }) => ({ x: x * width, y: y * height })) }
}
