import type { Point } from '../plan/geometry.ts'
import type { Canvas } from './canvas.ts'

/**
 * Draws `mark` (with alpha) over `canvas`, its top left corner at `at`, as far as it lies inside. Only the pixels
 * under the mark are touched, which is why this is not a libvips composite: that converts the whole picture to
 * floating point and back. In place.
 */
export function blend(canvas: Canvas, mark: Canvas, at: Point, opacity: number): void {
  const left = Math.max(0, at.x)
  const right = Math.min(canvas.width, at.x + mark.width)
  const bottom = Math.min(canvas.height, at.y + mark.height)
  for (let y = Math.max(0, at.y); y < bottom; y++) {
    let from = ((y - at.y) * mark.width + (left - at.x)) * 4
    let to = (y * canvas.width + left) * canvas.channels
    for (let x = left; x < right; x++, from += 4, to += canvas.channels) {
      const front = ((mark.data[from + 3] ?? 0) / 255) * opacity
      if (front === 0) continue
      if (canvas.channels === 3) mix(canvas.data, to, mark.data, from, front)
      else mixAlpha(canvas.data, to, mark.data, from, front)
    }
  }
}

function mix(out: Uint8Array, to: number, mark: Uint8Array, from: number, front: number): void {
  for (let c = 0; c < 3; c++) {
    const below = out[to + c] ?? 0
    out[to + c] = Math.round(below + ((mark[from + c] ?? 0) - below) * front)
  }
}

function mixAlpha(out: Uint8Array, to: number, mark: Uint8Array, from: number, front: number): void {
  const back = ((out[to + 3] ?? 0) / 255) * (1 - front)
  const alpha = front + back
  for (let c = 0; c < 3; c++)
    out[to + c] = Math.round(((mark[from + c] ?? 0) * front + (out[to + c] ?? 0) * back) / alpha)
  out[to + 3] = Math.round(alpha * 255)
}
