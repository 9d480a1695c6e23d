import sharp from 'sharp'
import type { Canvas } from '../pixels/canvas.ts'

/** How far the edge reaches, as a share of the mark's height. */
const reach = 0.3
/** How much darker than a plain blur: that alone would be a breath beside thin strokes. */
const strength = 4

/** A mark with a frame around it: `frame` pixels on each side that do not count for where it sits. */
export interface FramedMark extends Canvas {
  frame: number
}

/**
 * The mark with a soft dark edge behind it, by which light text stays readable on white, on black and on what is busy.
 * The picture grows by the frame that the edge needs.
 */
export async function withDarkEdge(mark: Canvas): Promise<FramedMark> {
  const frame = Math.max(1, Math.ceil(mark.height * reach))
  const [width, height] = [mark.width + 2 * frame, mark.height + 2 * frame]
  const ink = new Uint8Array(width * height)
  for (let y = 0; y < mark.height; y++)
    for (let x = 0; x < mark.width; x++)
      ink[(y + frame) * width + x + frame] = mark.data[(y * mark.width + x) * 4 + 3] ?? 0
  const soft = await sharp(ink, { raw: { width, height, channels: 1 } })
    .blur(Math.max(0.5, frame / 3))
    .toColourspace('b-w')
    .raw()
    .toBuffer()
  const data = new Uint8Array(width * height * 4)
  for (let at = 0; at < ink.length; at++) {
    const front = (ink[at] ?? 0) / 255
    const back = Math.min(1, ((soft[at] ?? 0) / 255) * strength) * (1 - front)
    const alpha = front + back
    if (alpha === 0) continue
    const x = (at % width) - frame
    const y = Math.floor(at / width) - frame
    const from = (y * mark.width + x) * 4
    for (let channel = 0; channel < 3; channel++)
      data[at * 4 + channel] =
        front === 0 ? 0 : Math.round(((mark.data[from + channel] ?? 0) * front) / alpha)
    data[at * 4 + 3] = Math.round(alpha * 255)
  }
  return { ...mark, data, width, height, frame }
}
