/** Luma of a picture, 0 to 255 a pixel. */
export interface Luma {
  data: Float32Array
  width: number
  height: number
}

/** Rec. 601 luma of what a canvas gives. */
export function lumaOf({ data, width, height }: Pick<ImageData, 'data' | 'width' | 'height'>): Luma {
  const luma = new Float32Array(width * height)
  for (let at = 0; at < luma.length; at++) {
    const from = at * 4
    luma[at] = 0.299 * (data[from] ?? 0) + 0.587 * (data[from + 1] ?? 0) + 0.114 * (data[from + 2] ?? 0)
  }
  return { data: luma, width, height }
}

const side = 8
const stride = 4
const c1 = (0.01 * 255) ** 2
const c2 = (0.03 * 255) ** 2

/**
 * Mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004) on luma, in windows of eight pixels, every fourth: 1 is the same.
 * null where the two are not of one size, or smaller than a window.
 */
export function ssim(a: Luma, b: Luma): number | null {
  const { width, height } = a
  if (b.width !== width || b.height !== height || width < side || height < side) return null
  let total = 0
  let windows = 0
  for (let top = 0; top + side <= height; top += stride) {
    for (let left = 0; left + side <= width; left += stride) {
      total += likeness(a, b, left, top)
      windows++
    }
  }
  return total / windows
}

function likeness(a: Luma, b: Luma, left: number, top: number): number {
  let sumA = 0
  let sumB = 0
  let squareA = 0
  let squareB = 0
  let cross = 0
  for (let y = top; y < top + side; y++) {
    for (let at = y * a.width + left; at < y * a.width + left + side; at++) {
      const one = a.data[at] ?? 0
      const other = b.data[at] ?? 0
      sumA += one
      sumB += other
      squareA += one * one
      squareB += other * other
      cross += one * other
    }
  }
  const count = side * side
  const meanA = sumA / count
  const meanB = sumB / count
  const varianceA = squareA / count - meanA * meanA
  const varianceB = squareB / count - meanB * meanB
  const covariance = cross / count - meanA * meanB
  return (
    ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
    ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
  )
}
