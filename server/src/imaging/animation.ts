import { Failure } from '@rendition/contract'
import type { Operation, Recipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { guarded } from './failures.ts'
import { encode } from './output/encode.ts'
import { contentTypes, type Target } from './output/format.ts'
import { applyMetadata, rightsOf } from './output/metadata.ts'
import { strip } from './output/strip.ts'
import { type Canvas, withAlpha } from './pixels/canvas.ts'
import type { Standing } from './plan/expand.ts'
import { scaledSize } from './plan/geometry.ts'
import { type RunContext, run } from './run.ts'
import type { Origin } from './source.ts'
import type { ImagingLimits, RenderedOutput } from './types.ts'

export interface AnimatedOutput {
  name: string
  recipe: Recipe
  target: Target
}

/** All frames of an animation, each a picture of its own over the same memory. */
export async function decodeFrames(origin: Origin): Promise<Canvas[]> {
  const { data, info } = await guarded('decode', () =>
    origin.openAll().ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  )
  const { width, height } = origin
  const length = width * height * 4
  if (info.channels !== 4 || info.width !== width || data.length !== length * origin.frames)
    throw new Failure('undecodable', 'The frames of the animation have not the size its header says.')
  return Array.from({ length: origin.frames }, (_, index) => ({
    data: data.subarray(index * length, (index + 1) * length),
    width,
    height,
    channels: 4,
    grey: false,
  }))
}

/**
 * The same recipe for every frame. libvips can treat the frames as one tall picture, but only for some operations;
 * one at a time all of them work, and come out as they do on a still.
 */
export async function renderAnimation(
  frames: readonly Canvas[],
  { name, recipe, target }: AnimatedOutput,
  origin: Origin,
  standing: Standing,
  context: RunContext,
): Promise<RenderedOutput> {
  const steps = await freeze(recipe.steps, frames, standing, context)
  const made: Canvas[] = []
  let pixels = 0
  for (const frame of frames) {
    context.signal?.throwIfAborted()
    const canvas = withAlpha(await runFrame(frame, steps, standing, context))
    pixels += canvas.width * canvas.height
    if (made.length === 0) judgeAll(canvas, frames.length, context.limits)
    made.push(canvas)
  }
  const [first] = made
  if (!first || pixels === 0) throw new Failure('undecodable')
  const data = await encodeFrames(made, first, recipe, target, origin)
  const unchanged =
    steps.length === 0 ||
    (first.width === origin.width && first.height === origin.height && onlyNothing(steps, origin))
  const { bytes, format } = origin
  const kept =
    unchanged && bytes && format === target.format
      ? strip(bytes, format, recipe.output.metadata, rightsOf(origin))
      : null
  const file = kept && kept.length <= data.length ? kept : data
  return {
    name,
    data: file,
    width: first.width,
    height: first.height,
    format: target.format,
    contentType: contentTypes[target.format],
    frames: await countFrames(file),
    notes: target.notes,
  }
}

/** WebP's encoder joins frames that are alike and adds their times up. */
async function countFrames(data: Uint8Array): Promise<number> {
  return (await sharp(data).metadata()).pages ?? 1
}

function onlyNothing(steps: readonly Operation[], origin: Origin): boolean {
  return steps.every((step) => {
    if (step.op !== 'resize') return false
    const size = scaledSize(step, origin)
    return size.width === origin.width && size.height === origin.height
  })
}

function judgeAll({ width, height }: Canvas, frames: number, limits: ImagingLimits): void {
  if (width * height * frames > limits.animatedPixels)
    throw new Failure(
      'output_too_large',
      `${frames} frames of ${width} × ${height} are more than ${limits.animatedPixels} pixels.`,
    )
}

async function runFrame(
  frame: Canvas,
  steps: readonly Operation[],
  standing: Standing,
  context: RunContext,
): Promise<Canvas> {
  const end = await run({ start: { canvas: frame, shared: true }, steps, standing }, context)
  if (!('canvas' in end)) throw new Error('A run without fusing ends with pixels.')
  return end.canvas
}

async function encodeFrames(
  made: readonly Canvas[],
  { width, height }: Canvas,
  recipe: Recipe,
  target: Target,
  origin: Origin,
): Promise<Uint8Array> {
  const data = Buffer.concat(made.map((canvas) => canvas.data))
  const tall = sharp(data, {
    raw: { width, height: height * made.length, channels: 4, pageHeight: height },
    limitInputPixels: false,
  })
  const { delay, loop } = origin
  const encoded = encode(applyMetadata(tall, recipe.output.metadata, origin), target.format, recipe.output, {
    photographic: false,
  })
  const timed = target.format === 'gif' ? encoded.gif({ delay, loop }) : encoded.webp({ delay, loop })
  return guarded('encode', () => timed.toBuffer())
}

/**
 * Operations that look at the pixels would decide anew for each frame and make the picture jump. They are decided
 * once: where a smart crop looks in the first frame, and what the borders of all frames have in common.
 */
async function freeze(
  steps: readonly Operation[],
  frames: readonly Canvas[],
  standing: Standing,
  context: RunContext,
): Promise<Operation[]> {
  const frozen: Operation[] = []
  for (const step of steps) {
    const smart = step.op === 'resize' && (step.gravity === 'attention' || step.gravity === 'entropy')
    if (step.op === 'trim') frozen.push(...(await freezeTrim(step, frozen, frames, standing, context)))
    else if (smart && frames[0])
      frozen.push(...(await freezeSmart(step, frozen, frames[0], standing, context)))
    else frozen.push(step)
  }
  return frozen
}

type Trim = Extract<Operation, { op: 'trim' }>
type Resize = Extract<Operation, { op: 'resize' }>

/** The smallest box that holds what trimming would leave of each frame. */
async function freezeTrim(
  step: Trim,
  before: readonly Operation[],
  frames: readonly Canvas[],
  standing: Standing,
  context: RunContext,
): Promise<Operation[]> {
  const box = { left: Number.POSITIVE_INFINITY, top: Number.POSITIVE_INFINITY, right: 0, bottom: 0 }
  for (const frame of frames) {
    context.signal?.throwIfAborted()
    const { canvas, offset } = await lookAt([...before, step], frame, standing, context)
    box.left = Math.min(box.left, offset.x)
    box.top = Math.min(box.top, offset.y)
    box.right = Math.max(box.right, offset.x + canvas.width)
    box.bottom = Math.max(box.bottom, offset.y + canvas.height)
  }
  return [{ op: 'crop', x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }]
}

async function freezeSmart(
  step: Resize,
  before: readonly Operation[],
  frame: Canvas,
  standing: Standing,
  context: RunContext,
): Promise<Operation[]> {
  const held = await runFrame(frame, before, standing, context)
  const size = scaledSize(step, held)
  const { canvas, offset } = await lookAt([step], held, { ...held, focal: { x: 0, y: 0 } }, context)
  return [
    { ...step, ...size, fit: 'fill', gravity: 'centre', enlarge: true },
    { op: 'crop', x: offset.x, y: offset.y, width: canvas.width, height: canvas.height },
  ]
}

/** Runs the steps and tells where the last of them began to keep. */
async function lookAt(
  steps: readonly Operation[],
  frame: Canvas,
  standing: Standing,
  context: RunContext,
): Promise<{ canvas: Canvas; offset: { x: number; y: number } }> {
  let offset = { x: 0, y: 0 }
  const end = await run(
    {
      start: { canvas: frame, shared: true },
      steps,
      standing,
      onPass: (info) => {
        offset = info.offset ?? { x: 0, y: 0 }
      },
    },
    context,
  )
  if (!('canvas' in end)) throw new Error('A run without fusing ends with pixels.')
  return { canvas: end.canvas, offset }
}
