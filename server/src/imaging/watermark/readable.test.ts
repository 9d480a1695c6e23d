import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { Canvas } from '../pixels/canvas.ts'
import { pixelsOf } from '../testing/rendering.ts'

const [width, height] = [600, 400]

async function plain(background: string): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer()
}

/** Leaves, gravel, a crowd: every pixel another brightness than its neighbour. */
async function busy(): Promise<Buffer> {
  const data = new Uint8Array(width * height * 3)
  let noise = 7
  for (let at = 0; at < data.length; at++) {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff
    data[at] = (noise >> 16) & 255
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

const linear = (value: number): number =>
  value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4
const luminance = (canvas: Canvas, at: number): number => {
  const [red = 0, green = 0, blue = 0] = canvas.data.subarray(at, at + 3)
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/**
 * The contrast by WCAG between the strokes of the text and what lies close around them, where the strokes are where a
 * mark without any opacity left is fully white.
 */
async function contrast(source: Buffer, text: string): Promise<number> {
  const whole = await pixelsOf(await plain('black'), [{ op: 'watermark', text, opacity: 1 }])
  const marked = await pixelsOf(source, [{ op: 'watermark', text }])
  const ink = (x: number, y: number): number => whole.data[(y * width + x) * whole.channels] ?? 0
  const stroke = (x: number, y: number): boolean => ink(x, y) > 250
  const sums = { ink: 0, inks: 0, edge: 0, edges: 0 }
  for (let y = 3; y < height - 3; y++)
    for (let x = 3; x < width - 3; x++) {
      const light = luminance(marked, (y * width + x) * marked.channels)
      if (stroke(x, y)) {
        sums.ink += light
        sums.inks += 1
      } else if (ink(x, y) < 30 && [-2, 2].some((off) => stroke(x + off, y) || stroke(x, y + off))) {
        sums.edge += light
        sums.edges += 1
      }
    }
  return (sums.ink / sums.inks + 0.05) / (sums.edge / sums.edges + 0.05)
}

test.each([
  ['white', () => plain('white')],
  ['black', () => plain('black')],
  ['middle grey', () => plain('#777')],
  ['a busy picture', busy],
])('text without options is readable on %s', async (_name, source) => {
  // What large text needs by WCAG 2.2, 1.4.3.
  expect(await contrast(await source(), 'XYZ creations')).toBeGreaterThan(3)
})

test.each(['XYZ creations', 'A much longer line of text than fits a quarter'])(
  'and is at least a twentieth of the height: %s',
  async (text) => {
    const canvas = await pixelsOf(await plain('black'), [{ op: 'watermark', text, opacity: 1 }])
    const rows = Array.from({ length: height }, (_, y) => y).filter((y) =>
      canvas.data
        .subarray(y * width * canvas.channels, (y + 1) * width * canvas.channels)
        .some((v) => v > 200),
    )
    expect(Math.max(...rows) - Math.min(...rows) + 1).toBeGreaterThanOrEqual(height / 20 - 2)
  },
)
