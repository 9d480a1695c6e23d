import { Failure } from '@rendition/contract'
import type { Operation, Recipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { guarded } from './failures.ts'
import type { Origin } from './origin.ts'
import { encode } from './output/encode.ts'
import { contentTypes, type Target } from './output/format.ts'
import { blocksOf } from './output/metadata.ts'
import { within } from './output/within.ts'
import { inItsGamut, ownFile, tagged, withBlocks } from './output/write.ts'
import { type Canvas, withAlpha } from './pixels/canvas.ts'
import { comesToNothing, type Standing } from './plan/expand.ts'
import { scaledSize } from './plan/geometry.ts'
import type { Size } from './plan/primitive.ts'
import { type RunContext, run } from './run.ts'
import type { ImagingLimits, RenderedOutput } from './types.ts'

export interface AnimatedOutput {
  name: string
  recipe: Recipe
  target: Target
}

/** All frames of an animation. */
export async function decodeFrames(origin: Origin): Promise<Canvas[]> {
  const { width, height } = origin
  const frames: Canvas[] = []
  for await (const data of origin.openAll()) frames.push({ data, width, height, channels: 4, grey: false })
  return frames
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
  const kept = comesToNothing(recipe.steps, standing, context.limits)
    ? keptFile(origin, recipe, target)
    : null
  // Nobody asked for another encoding of it: seconds of processor time for the same picture, made worse
  const { quality, lossless, maxBytes = Number.POSITIVE_INFINITY } = recipe.output
  if (kept && quality === undefined && !lossless && kept.length <= maxBytes)
    return finished(name, kept, origin, target, target.notes)
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
  const { data, lost } = await within(target.format, recipe.output, (output) =>
    encodeFrames(made, first, { ...recipe, output }, target, origin),
  )
  const file = kept && kept.length <= data.length ? kept : data
  return finished(name, file, first, target, [...target.notes, ...lost])
}

/** The source's own bytes, where they are of the format and may be given. */
function keptFile(origin: Origin, { output }: Recipe, { format }: Target): Uint8Array | null {
  const { bytes } = origin
  return bytes && origin.format === format ? ownFile(origin, bytes, format, output) : null
}

async function finished(
  name: string,
  data: Uint8Array,
  { width, height }: Size,
  { format }: Target,
  notes: string[],
): Promise<RenderedOutput> {
  const frames = await countFrames(data)
  return { name, data, width, height, format, contentType: contentTypes[format], frames, notes }
}

/** WebP's encoder joins frames that are alike and adds their times up. */
async function countFrames(data: Uint8Array): Promise<number> {
  return (await sharp(data).metadata()).pages ?? 1
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

/** The most that libvips takes for the times a picture is shown and for milliseconds of a frame; a GIF can say more. */
const mostTime = 65_535

/** Repetitions and times as they can be written. */
function timesOf({ delay, loop }: Origin): { times: { delay: number[]; loop: number }; lost: string[] } {
  const times = { delay: delay.map((ms) => Math.min(ms, mostTime)), loop: Math.min(loop, mostTime) }
  const shortened = loop > mostTime || delay.some((ms) => ms > mostTime)
  return {
    times,
    lost: shortened
      ? ['The animation was shortened: its repetitions or times are more than can be written.']
      : [],
  }
}

async function encodeFrames(
  made: readonly Canvas[],
  { width, height }: Canvas,
  recipe: Recipe,
  target: Target,
  origin: Origin,
): Promise<{ data: Uint8Array; lost: string[] }> {
  const data = Buffer.concat(made.map((canvas) => canvas.data))
  const { times, lost } = timesOf(origin)
  const tall = sharp(data, {
    raw: { width, height: height * made.length, channels: 4, pageHeight: height },
    limitInputPixels: false,
  })
  const encoded = encode(tagged(tall, recipe.output, origin), target.format, recipe.output, {
    photographic: false,
  })
  const timed = target.format === 'gif' ? encoded.gif(times) : encoded.webp(times)
  const untagged = await guarded('encode', () => timed.toBuffer())
  const bare = await inItsGamut(untagged, target.format, origin)
  const { data: written, lost: unwritten } = withBlocks(bare, target.format, () =>
    blocksOf(origin, recipe.output.metadata, target),
  )
  return { data: written, lost: [...lost, ...unwritten] }
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
    if (!looksAtPixels(step)) frozen.push(step)
    else if (step.op === 'trim') frozen.push(...(await freezeTrim(step, frozen, frames, standing, context)))
    else if (frames[0]) frozen.push(...(await freezeSmart(step, frozen, frames[0], standing, context)))
    else frozen.push(step)
  }
  return frozen
}

/** Each operation is named: one that was forgotten here would make animations jump. */
function looksAtPixels(step: Operation): step is Trim | Resize {
  switch (step.op) {
    case 'trim':
      return true
    case 'resize':
      return step.gravity === 'attention' || step.gravity === 'entropy'
    case 'redact':
    case 'crop':
    case 'rotate':
    case 'flip':
    case 'mirror':
    case 'pad':
    case 'radius':
    case 'blur':
    case 'sharpen':
    case 'grayscale':
    case 'negate':
    case 'modulate':
    case 'contrast':
    case 'gamma':
    case 'tint':
    case 'watermark':
    case 'background':
      return false
  }
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
  const { canvas, offset } = await lookAt([step], held, { ...held, points: standing.points }, context)
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
