import { Failure } from '@rendition/contract'
import type { Operation } from '@rendition/contract/recipe'
import type { Sharp } from 'sharp'
import { applyPixels } from './apply-pixels.ts'
import type { Origin } from './origin.ts'
import { apply, type PassInfo, toCanvas } from './pass.ts'
import { type Canvas, isGrey, readColour, withAlpha } from './pixels/canvas.ts'
import type { Standing } from './plan/expand.ts'
import { movePoints, type Point } from './plan/geometry.ts'
import { plan } from './plan/plan.ts'
import type { Primitive, Size } from './plan/primitive.ts'
import type { PassTraits } from './plan/stages.ts'
import { openCanvas } from './source.ts'
import type { ImagingLimits } from './types.ts'
import type { WatermarkSources } from './watermark/watermark.ts'

export interface RunContext {
  limits: ImagingLimits
  sources: WatermarkSources
  signal: AbortSignal | undefined
  onePerPass?: boolean
}

/** Where a run starts: a source not decoded yet, or pixels that stand for the whole picture (perhaps at another size). */
export type Start = { origin: Origin; frame: number } | { canvas: Canvas; shared: boolean }

/** Where a run ends: pixels, or a last pipeline that an encoder may simply be put behind. */
export type End = { canvas: Canvas } | { pipeline: Sharp; size: Size; grey: boolean; alpha: boolean }

export interface RunRequest {
  start: Start
  steps: readonly Operation[]
  /** The size the steps mean, and in its pixels the points that they may look at. */
  standing: Standing
  /** Whether the last pass may be left to the encoder: given what it holds and whether it has alpha. */
  fuses?: (primitives: readonly Primitive[], alpha: boolean) => boolean
  /** Told what each pass found out, with the number of the operation that ended it. */
  onPass?: (info: PassInfo, step: number) => void
}

function traitsOf(start: Start): PassTraits {
  if ('canvas' in start)
    return { alpha: start.canvas.channels === 4, first: false, turned: false, foreign: false }
  const { alpha, turned, foreign } = start.origin
  return { alpha, first: true, turned, foreign }
}

/** Refuses an output that would be larger than allowed. */
export function judgeOutput({ width, height }: Size, limits: ImagingLimits): void {
  if (width <= limits.outputSide && height <= limits.outputSide && width * height <= limits.outputPixels)
    return
  const most = `${limits.outputSide} pixels a side and ${limits.outputPixels} in all`
  throw new Failure(
    'output_too_large',
    `The result would have ${width} × ${height} pixels; possible are ${most}.`,
  )
}

/** Runs operations in their order, in the passes the planner finds. */
export async function run(request: RunRequest, context: RunContext): Promise<End> {
  let { start, standing } = request
  let steps = request.steps
  let first = 0
  for (;;) {
    const { limits, onePerPass = false } = context
    const planned = plan(steps, standing, traitsOf(start), { limits, first, onePerPass })
    const last = planned.rest.length === 0
    if (last) judgeOutput(planned.standing, limits)
    let offset: Point | null = null
    for (const [index, { primitives }] of planned.passes.entries()) {
      context.signal?.throwIfAborted()
      const final = last && index === planned.passes.length - 1
      const alpha = planned.alpha
      if (
        final &&
        primitives[0]?.kind !== 'pixels' &&
        primitives[0]?.kind !== 'rotate' &&
        request.fuses?.(primitives, alpha)
      ) {
        const { pipeline, grey } = await begin(start, primitives)
        return { pipeline, size: planned.standing, grey, alpha }
      }
      const { canvas, info } = await pass(start, primitives, context)
      request.onPass?.(info, planned.next - 1)
      if (info.offset) offset = info.offset
      start = { canvas, shared: false }
    }
    if (last) return { canvas: 'canvas' in start ? start.canvas : (await pass(start, [], context)).canvas }
    const canvas = 'canvas' in start ? start.canvas : (await pass(start, [], context)).canvas
    start = { canvas, shared: false }
    standing = settle(planned.standing, canvas, offset)
    steps = planned.rest
    first = planned.next
  }
}

/** After a trim the points move with what was cut; after an odd angle the bound may be a pixel too large. */
function settle({ points }: Standing, { width, height }: Size, offset: Point | null): Standing {
  const moved = movePoints(points, (point) => {
    const x = point.x - (offset?.x ?? 0)
    const y = point.y - (offset?.y ?? 0)
    return { x: Math.min(Math.max(x, 0), width), y: Math.min(Math.max(y, 0), height) }
  })
  return { width, height, points: moved }
}

async function pass(
  start: Start,
  primitives: readonly Primitive[],
  context: RunContext,
): Promise<{ canvas: Canvas; info: PassInfo }> {
  const [only] = primitives
  if (only?.kind === 'pixels') {
    if (!('canvas' in start)) throw new Error('Raw pixels are needed before an operation on them.')
    // Not slice(): on a Buffer that is a view of the same memory
    const canvas = start.shared ? { ...start.canvas, data: new Uint8Array(start.canvas.data) } : start.canvas
    return { canvas: await applyPixels(canvas, only.operation, context.sources), info: { offset: null } }
  }
  const { pipeline, grey } = await begin(start, primitives)
  return toCanvas(pipeline, grey, 'canvas' in start ? 'operate' : 'decode')
}

/** The pipeline of one pass, and whether what comes out is grey throughout. */
async function begin(
  start: Start,
  primitives: readonly Primitive[],
): Promise<{ pipeline: Sharp; grey: boolean }> {
  if ('canvas' in start) {
    // A turn onto a translucent background needs alpha from the start: see applyRotation
    const bare = primitives.some(
      (primitive) => primitive.kind === 'rotate' && !primitive.background.endsWith('ff'),
    )
    const canvas = bare ? withAlpha(start.canvas) : start.canvas
    return { pipeline: apply(openCanvas(canvas), primitives), grey: staysGrey(start.canvas.grey, primitives) }
  }
  const { origin, frame } = start
  const pipeline = apply(await origin.open(frame), primitives)
  const settled = origin.deepTagged ? pipeline.withIccProfile('srgb') : pipeline
  return { pipeline: settled, grey: staysGrey(origin.grey, primitives) }
}

const staysGrey = (grey: boolean, primitives: readonly Primitive[]): boolean =>
  primitives.reduce((so, primitive) => isGreyAfter(so, primitive), grey)

/** Each is named: a grey picture keeps one channel, and what brought colour would lose it without a word. */
function isGreyAfter(grey: boolean, primitive: Primitive): boolean {
  switch (primitive.kind) {
    case 'grayscale':
      return true
    case 'tint':
      return grey && isGrey(readColour(primitive.color))
    case 'extend':
    case 'rotate':
      return grey && isGrey(readColour(primitive.background))
    case 'trim':
    case 'crop':
    case 'scale':
    case 'smart':
    case 'flip':
    case 'mirror':
    case 'turn':
    case 'blur':
    case 'modulate':
    case 'sharpen':
    case 'contrast':
    case 'negate':
    // Stands alone, and says itself what becomes of its pixels.
    case 'pixels':
      return grey
  }
}
