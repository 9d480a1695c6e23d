import { Failure } from '@rendition/contract'
import type { Gamut, OperationOf } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { guarded } from '../failures.ts'
import { blend } from '../pixels/blend.ts'
import { type Canvas, canvasOf, isGrey, readColour, withAlpha } from '../pixels/canvas.ts'
import { canvasInP3 } from '../pixels/p3.ts'
import { place } from '../plan/geometry.ts'
import type { Size } from '../plan/primitive.ts'
import { probe } from '../probe.ts'
import type { ImagingLimits } from '../types.ts'
import { type FramedMark, withDarkEdge } from './halo.ts'
import { drawText } from './text.ts'

type Watermark = OperationOf<'watermark'>

/** What a watermark may draw from. */
export interface WatermarkSources {
  assets: Readonly<Record<string, Uint8Array>>
  limits: ImagingLimits
  /** Marks already drawn in this render: the frames of an animation share theirs. */
  marks: Map<string, Promise<FramedMark>>
  /** What the values of the picture mean. */
  gamut: Gamut
}

/** The share of the shorter side that a mark keeps from the edge. */
const margin = 0.02
/** The grammar's own size. Text of that size is never lower than a twentieth of the picture: smaller is not read. */
const usualSize = 0.25
const readableHeight = 1 / 20

/**
 * Draws text or another image over the picture, in place. The mark fits into `size` of the picture on both sides,
 * whatever the picture's size, so that a thumbnail and the large one look alike.
 */
export async function watermark(canvas: Canvas, op: Watermark, sources: WatermarkSources): Promise<Canvas> {
  const box = {
    width: Math.max(1, Math.floor(canvas.width * op.size)),
    height: Math.max(1, Math.floor(canvas.height * op.size)),
  }
  const colour = op.color ?? white
  const key = JSON.stringify([box, canvas.width, canvas.height, op.text, op.imageId, op.color])
  const drawing = sources.marks.get(key) ?? draw(op, canvas, box, sources)
  sources.marks.set(key, drawing)
  const mark = await drawing
  const opacity = op.opacity * (op.text !== undefined ? readColour(colour).alpha / 255 : 1)
  if (op.tile) tile(canvas, mark, opacity)
  else blend(canvas, mark, position(canvas, mark, op), opacity)
  return { ...canvas, grey: canvas.grey && op.text !== undefined && isGrey(readColour(colour)) }
}

async function draw(op: Watermark, picture: Size, box: Size, sources: WatermarkSources): Promise<FramedMark> {
  const mark = await drawInSrgb(op, picture, box, sources)
  return sources.gamut === 'p3' ? canvasInP3(mark) : mark
}

async function drawInSrgb(
  op: Watermark,
  picture: Size,
  box: Size,
  sources: WatermarkSources,
): Promise<FramedMark> {
  const { text, color } = op
  if (text === undefined) return { ...(await drawImage(op, box, sources)), frame: 0 }
  return guarded('operate', async () => {
    const drawn = await drawText(text, color ?? white, box)
    const least = picture.height * readableHeight
    const small = op.size === usualSize && drawn.height < least
    const wide = { width: Math.max(1, picture.width - 2 * marginOf(picture)), height: Math.ceil(least) }
    const mark = small ? await drawText(text, color ?? white, wide) : drawn
    // Who names a colour chose it for the picture.
    return color === undefined ? withDarkEdge(mark) : { ...mark, frame: 0 }
  })
}

const white = 'ffffffff'
const marginOf = ({ width, height }: Size): number => Math.round(Math.min(width, height) * margin)

function position(canvas: Size, framed: FramedMark, op: Watermark): { x: number; y: number } {
  const keep = marginOf(canvas)
  const { frame } = framed
  const mark = withoutFrame(framed)
  if (typeof op.position !== 'string') {
    const along = (share: number, side: number, length: number) =>
      Math.max(0, Math.min(Math.round(share * side - length / 2), side - length))
    return {
      x: along(op.position.x, canvas.width, mark.width) - frame,
      y: along(op.position.y, canvas.height, mark.height) - frame,
    }
  }
  const left = Math.max(0, Math.min(keep, Math.floor((canvas.width - mark.width) / 2)))
  const top = Math.max(0, Math.min(keep, Math.floor((canvas.height - mark.height) / 2)))
  const inner = { width: canvas.width - 2 * left, height: canvas.height - 2 * top }
  const at = place(inner, mark, op.position)
  return { x: at.x + left - frame, y: at.y + top - frame }
}

/** Repeats the mark over the whole picture from its middle, half a mark of the shorter side apart. */
function tile(canvas: Canvas, framed: FramedMark, opacity: number): void {
  const { frame } = framed
  const mark = withoutFrame(framed)
  const gap = Math.max(1, Math.round(Math.min(mark.width, mark.height) / 2))
  const [stepX, stepY] = [mark.width + gap, mark.height + gap]
  const first = (side: number, length: number, step: number) => {
    const start = Math.floor((side - length) / 2)
    return start - Math.ceil((start + length) / step) * step
  }
  for (let y = first(canvas.height, mark.height, stepY); y < canvas.height + frame; y += stepY)
    for (let x = first(canvas.width, mark.width, stepX); x < canvas.width + frame; x += stepX)
      blend(canvas, framed, { x: x - frame, y: y - frame }, opacity)
}

const withoutFrame = ({ width, height, frame }: FramedMark): Size => ({
  width: width - 2 * frame,
  height: height - 2 * frame,
})

async function drawImage(op: Watermark, box: Size, { assets, limits }: WatermarkSources): Promise<Canvas> {
  const id = op.imageId ?? ''
  const bytes = Object.hasOwn(assets, id) ? assets[id] : undefined
  if (!bytes) {
    const message = 'there is no such image to lay over'
    throw new Failure('invalid_recipe', `watermark: ${message}.`, {
      errors: [{ path: 'watermarkImage', message }],
    })
  }
  await probe(bytes, limits)
  return guarded('decode', async () => {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: limits.stillPixels,
      failOn: 'error',
      autoOrient: true,
    })
      .resize(box.width, box.height, { fit: 'inside' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return withAlpha(canvasOf(data, info, info.channels, false))
  })
}
