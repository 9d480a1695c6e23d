import { Failure } from '@rendition/contract'
import type { OperationOf } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { guarded } from '../failures.ts'
import { blend } from '../pixels/blend.ts'
import { type Canvas, canvasOf, isGrey, readColour, withAlpha } from '../pixels/canvas.ts'
import { place } from '../plan/geometry.ts'
import type { Size } from '../plan/primitive.ts'
import { probe } from '../probe.ts'
import type { ImagingLimits } from '../types.ts'
import { drawText } from './text.ts'

type Watermark = OperationOf<'watermark'>

/** What a watermark may draw from. */
export interface WatermarkSources {
  assets: Readonly<Record<string, Uint8Array>>
  limits: ImagingLimits
  /** Marks already drawn in this render: the frames of an animation share theirs. */
  marks: Map<string, Promise<Canvas>>
}

/** The share of the shorter side that a mark keeps from the edge. */
const margin = 0.02

/**
 * Draws text or another image over the picture, in place. The mark fits into `size` of the picture on both sides,
 * whatever the picture's size, so that a thumbnail and the large one look alike.
 */
export async function watermark(canvas: Canvas, op: Watermark, sources: WatermarkSources): Promise<Canvas> {
  const box = {
    width: Math.max(1, Math.floor(canvas.width * op.size)),
    height: Math.max(1, Math.floor(canvas.height * op.size)),
  }
  const colour = op.color ?? 'ffffffff'
  const key = JSON.stringify([box, op.text, op.imageId, colour])
  const drawing = sources.marks.get(key) ?? draw(op, colour, box, sources)
  sources.marks.set(key, drawing)
  const mark = await drawing
  const opacity = op.opacity * (op.text !== undefined ? readColour(colour).alpha / 255 : 1)
  if (op.tile) tile(canvas, mark, opacity)
  else blend(canvas, mark, position(canvas, mark, op), opacity)
  return { ...canvas, grey: canvas.grey && op.text !== undefined && isGrey(readColour(colour)) }
}

function draw(op: Watermark, colour: string, box: Size, sources: WatermarkSources): Promise<Canvas> {
  const { text } = op
  return text === undefined
    ? drawImage(op, box, sources)
    : guarded('operate', () => drawText(text, colour, box))
}

function position(canvas: Size, mark: Size, op: Watermark): { x: number; y: number } {
  const keep = Math.round(Math.min(canvas.width, canvas.height) * margin)
  const left = Math.max(0, Math.min(keep, Math.floor((canvas.width - mark.width) / 2)))
  const top = Math.max(0, Math.min(keep, Math.floor((canvas.height - mark.height) / 2)))
  const inner = { width: canvas.width - 2 * left, height: canvas.height - 2 * top }
  const at = place(inner, mark, op.position)
  return { x: at.x + left, y: at.y + top }
}

/** Repeats the mark over the whole picture from its middle, half a mark of the shorter side apart. */
function tile(canvas: Canvas, mark: Canvas, opacity: number): void {
  const gap = Math.max(1, Math.round(Math.min(mark.width, mark.height) / 2))
  const [stepX, stepY] = [mark.width + gap, mark.height + gap]
  const first = (side: number, length: number, step: number) => {
    const start = Math.floor((side - length) / 2)
    return start - Math.ceil((start + length) / step) * step
  }
  for (let y = first(canvas.height, mark.height, stepY); y < canvas.height; y += stepY)
    for (let x = first(canvas.width, mark.width, stepX); x < canvas.width; x += stepX)
      blend(canvas, mark, { x, y }, opacity)
}

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
