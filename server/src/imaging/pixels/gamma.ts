import type { Canvas } from './canvas.ts'

/** Out = in ^ (1 / value), on colour and never on alpha. In place. */
export function gamma(canvas: Canvas, value: number): Canvas {
  const table = Uint8Array.from({ length: 256 }, (_, level) => Math.round(255 * (level / 255) ** (1 / value)))
  const { data, channels } = canvas
  for (let at = 0; at < data.length; at += channels) {
    data[at] = table[data[at] ?? 0] ?? 0
    data[at + 1] = table[data[at + 1] ?? 0] ?? 0
    data[at + 2] = table[data[at + 2] ?? 0] ?? 0
  }
  return canvas
}
