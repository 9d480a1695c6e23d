import type { Canvas } from '../pixels/canvas.ts'
import { withAlpha } from '../pixels/canvas.ts'

/**
 * The largest difference of two pictures in any channel, of 255; colour is weighed by alpha, since what is clear has
 * none. Infinite when the sizes differ.
 */
export function distance(one: Canvas, other: Canvas): number {
  if (one.width !== other.width || one.height !== other.height) return Number.POSITIVE_INFINITY
  const [a, b] = [withAlpha(one).data, withAlpha(other).data]
  let most = 0
  for (let at = 0; at < a.length; at += 4) {
    const [alphaA, alphaB] = [a[at + 3] ?? 0, b[at + 3] ?? 0]
    most = Math.max(most, Math.abs(alphaA - alphaB))
    for (let c = 0; c < 3; c++)
      most = Math.max(most, Math.abs(((a[at + c] ?? 0) * alphaA - (b[at + c] ?? 0) * alphaB) / 255))
  }
  return most
}

/** Luma of an opaque picture, 0 to 255. */
function luma({ data, channels, width, height }: Canvas): Float64Array {
  const values = new Float64Array(width * height)
  for (let index = 0, at = 0; index < values.length; index++, at += channels)
    values[index] = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0)
  return values
}

/**
 * Structural similarity (Wang et al., 2004) on luma: the mean over windows of 8 × 8, four pixels apart. 1 is equal;
 * 0.995 and above cannot be told apart side by side.
 */
export function ssim(one: Canvas, other: Canvas): number {
  if (one.width !== other.width || one.height !== other.height) return 0
  const [a, b] = [luma(one), luma(other)]
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]
  let [sum, windows] = [0, 0]
  for (let top = 0; top + 8 <= one.height; top += 4)
    for (let left = 0; left + 8 <= one.width; left += 4) {
      let [ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0]
      for (let y = top; y < top + 8; y++)
        for (let x = left; x < left + 8; x++) {
          const [p, q] = [a[y * one.width + x] ?? 0, b[y * one.width + x] ?? 0]
          ma += p
          mb += q
          aa += p * p
          bb += q * q
          ab += p * q
        }
      ma /= 64
      mb /= 64
      const [va, vb, cov] = [aa / 64 - ma * ma, bb / 64 - mb * mb, ab / 64 - ma * mb]
      sum += ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
      windows++
    }
  return sum / windows
}
