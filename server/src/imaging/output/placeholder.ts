import { rgbaToThumbHash } from 'thumbhash'
import { toCanvas } from '../pass.ts'
import { type Canvas, withAlpha } from '../pixels/canvas.ts'
import { openCanvas } from '../source.ts'
import type { Placeholder } from '../types.ts'
import { lookOf } from './look.ts'
import { paletteOf } from './palette.ts'

/** Pixels, the longer side: all that a ThumbHash takes, and more than it shows. */
export const placeholderSide = 100

/** ThumbHash, dominant colour, palette and look of a picture of any size, from its pixels. */
export async function placeholderOf(picture: Canvas): Promise<Placeholder> {
  const small =
    Math.max(picture.width, picture.height) <= placeholderSide
      ? picture
      : (
          await toCanvas(
            openCanvas(picture).resize(placeholderSide, placeholderSide, { fit: 'inside' }),
            false,
            'operate',
          )
        ).canvas
  const { data, width, height } = withAlpha(small)
  const hash = rgbaToThumbHash(width, height, data)
  return {
    thumbhash: Buffer.from(hash).toString('base64'),
    color: dominantColour(data),
    palette: paletteOf(data),
    look: lookOf(small),
  }
}

/**
 * The middle of the fullest of 4,096 boxes of colour; transparent pixels do not count. White when there are only
 * such. `#rrggbb`.
 */
function dominantColour(rgba: Uint8Array): string {
  const boxes = new Map<number, { weight: number; red: number; green: number; blue: number }>()
  let fullest = { weight: 0, red: 255, green: 255, blue: 255 }
  for (let at = 0; at < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4)
    if (alpha < 8) continue
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4)
    const box = boxes.get(key) ?? { weight: 0, red: 0, green: 0, blue: 0 }
    box.weight += alpha
    box.red += red * alpha
    box.green += green * alpha
    box.blue += blue * alpha
    boxes.set(key, box)
  }
  for (const box of boxes.values()) if (box.weight > fullest.weight) fullest = box
  const weight = fullest.weight || 1
  const parts = [fullest.red / weight, fullest.green / weight, fullest.blue / weight]
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}
