import { srgbValue } from '../colour/curves.ts'
import { apply, d50, invert, toD50 } from '../colour/matrix.ts'
import { bt709 } from '../colour/numbers.ts'
import type { TiffLayout } from '../header/tiff-layout.ts'

/** Where pixels are put. */
interface Picture {
  pixels: Uint8Array
  channels: number
}

/** Puts one strip or tile (its planes, where they are apart) at its place in the picture. */
export function colourPixels(
  planes: readonly (Float32Array | Uint8Array)[],
  layout: TiffLayout,
  place: { left: number; top: number },
  { pixels, channels }: Picture,
): void {
  const { width, height, block, planar, samples, photometry } = layout
  const [first] = planes
  if (!first) return
  if (photometry === 'ycbcr') {
    putYcbcr(first, layout, place, pixels)
    return
  }
  const columns = Math.min(block.width, width - place.left)
  const rows = Math.min(block.height, height - place.top)
  const alphaAt = photometry === 'rgb' || photometry === 'lab' ? 3 : 1
  const sample = (x: number, y: number, index: number): number => {
    const at = y * block.width + x
    return (planar ? planes[index]?.[at] : first[at * samples + index]) ?? 0
  }
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const alpha = layout.alpha ? sample(x, y, alphaAt) : 1
      const whole = layout.associated && alpha > 0 ? alpha : 1
      const to = ((place.top + y) * width + place.left + x) * channels
      if (photometry === 'lab') {
        const code = (index: number) => sample(x, y, index)
        pixels.set(fromLab(code(0), signed(code(1), layout.bits), signed(code(2), layout.bits)), to)
      } else if (photometry === 'rgb')
        for (let index = 0; index < 3; index++) pixels[to + index] = byte(sample(x, y, index) / whole)
      else {
        const value = sample(x, y, 0) / whole
        pixels[to] = byte(photometry === 'white-is-zero' ? 1 - value : value)
      }
      if (layout.alpha) pixels[to + channels - 1] = byte(alpha)
    }
}

/** Not a number is black. */
const byte = (value: number): number => Math.round(Math.min(Math.max(value || 0, 0), 1) * 255)

/** −128 to 128, of a sample that was read as if it had no sign. */
function signed(sample: number, bits: number): number {
  const most = 2 ** bits
  const code = Math.round(sample * (most - 1))
  return ((code >= most / 2 ? code - most : code) / most) * 256
}

const toSrgb = invert(toD50(bt709))

/** CIE L*a*b* under D50, as photographs have it, to sRGB. */
function fromLab(lightness: number, a: number, b: number): [number, number, number] {
  const y = (lightness * 100 + 16) / 116
  const light = (root: number) => (root > 6 / 29 ? root ** 3 : (116 * root - 16) * (27 / 24_389))
  const [red, green, blue] = apply(toSrgb, [
    d50[0] * light(y + a / 500),
    d50[1] * light(y),
    d50[2] * light(y - b / 200),
  ])
  return [byte(srgbValue(red)), byte(srgbValue(green)), byte(srgbValue(blue))]
}

/** Units of some Y and one pair of Cb and Cr (TIFF 6.0, section 21), with its default coefficients. */
function putYcbcr(
  raw: Float32Array | Uint8Array,
  { width, height, block, subsampling: [across, down] }: TiffLayout,
  { left, top }: { left: number; top: number },
  pixels: Uint8Array,
): void {
  const unit = across * down + 2
  const perRow = Math.ceil(block.width / across)
  for (let y = 0; y < Math.min(block.height, height - top); y++)
    for (let x = 0; x < Math.min(block.width, width - left); x++) {
      const at = (Math.floor(y / down) * perRow + Math.floor(x / across)) * unit
      const luma = raw[at + (y % down) * across + (x % across)] ?? 0
      const [cb, cr] = [(raw[at + unit - 2] ?? 0) - 128, (raw[at + unit - 1] ?? 0) - 128]
      const to = ((top + y) * width + left + x) * 3
      pixels[to] = byte((luma + 1.402 * cr) / 255)
      pixels[to + 1] = byte((luma - 0.344136 * cb - 0.714136 * cr) / 255)
      pixels[to + 2] = byte((luma + 1.772 * cb) / 255)
    }
}
