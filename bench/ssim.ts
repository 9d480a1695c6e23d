import type { Sharp } from 'sharp'

/** A picture as one luma value per pixel, 0 to 255. */
export interface Luma {
  data: Float64Array
  width: number
  height: number
}

/** Rec. 601 luma of interleaved 8-bit RGB. */
export function lumaOf(pixels: Uint8Array, width: number, height: number, channels: number): Luma {
  const data = new Float64Array(width * height)
  for (let at = 0; at < data.length; at += 1) {
    const from = at * channels
    const [red = 0, green = 0, blue = 0] = [pixels[from], pixels[from + 1], pixels[from + 2]]
    data[at] = 0.299 * red + 0.587 * green + 0.114 * blue
  }
  return { data, width, height }
}

/** Gaussian window of Wang et al. 2004: 11 taps, sigma 1.5. */
const kernel = (() => {
  const taps = Array.from({ length: 11 }, (_, at) => Math.exp(-((at - 5) ** 2) / (2 * 1.5 ** 2)))
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => tap / sum)
})()

/** Filters both ways, valid positions only: the result is 10 smaller on each side. */
function filter(data: Float64Array, width: number, height: number): Float64Array {
  const outWidth = width - 10
  const outHeight = height - 10
  const rows = new Float64Array(outWidth * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < outWidth; x += 1) {
      let sum = 0
      for (let tap = 0; tap < 11; tap += 1) sum += (kernel[tap] ?? 0) * (data[y * width + x + tap] ?? 0)
      rows[y * outWidth + x] = sum
    }
  }
  const out = new Float64Array(outWidth * outHeight)
  for (let y = 0; y < outHeight; y += 1) {
    for (let x = 0; x < outWidth; x += 1) {
      let sum = 0
      for (let tap = 0; tap < 11; tap += 1) sum += (kernel[tap] ?? 0) * (rows[(y + tap) * outWidth + x] ?? 0)
      out[y * outWidth + x] = sum
    }
  }
  return out
}

/** Mean structural similarity of two pictures of one size (Wang, Bovik, Sheikh, Simoncelli 2004), on luma. */
export function ssim(left: Luma, right: Luma): number {
  if (left.width !== right.width || left.height !== right.height) {
    throw new Error(`sizes differ: ${left.width}x${left.height} and ${right.width}x${right.height}`)
  }
  const { width, height } = left
  const product = (a: Float64Array, b: Float64Array) => a.map((value, at) => value * (b[at] ?? 0))
  const meanA = filter(left.data, width, height)
  const meanB = filter(right.data, width, height)
  const squareA = filter(product(left.data, left.data), width, height)
  const squareB = filter(product(right.data, right.data), width, height)
  const cross = filter(product(left.data, right.data), width, height)
  const c1 = (0.01 * 255) ** 2
  const c2 = (0.03 * 255) ** 2
  let total = 0
  for (let at = 0; at < meanA.length; at += 1) {
    const a = meanA[at] ?? 0
    const b = meanB[at] ?? 0
    const varianceA = (squareA[at] ?? 0) - a * a
    const varianceB = (squareB[at] ?? 0) - b * b
    const covariance = (cross[at] ?? 0) - a * b
    total +=
      ((2 * a * b + c1) * (2 * covariance + c2)) / ((a * a + b * b + c1) * (varianceA + varianceB + c2))
  }
  return total / meanA.length
}

/** The luma of what a pipeline gives, as it would be shown. */
export async function lumaFrom(pipeline: Sharp): Promise<Luma> {
  const { data, info } = await pipeline
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return lumaOf(data, info.width, info.height, info.channels)
}
