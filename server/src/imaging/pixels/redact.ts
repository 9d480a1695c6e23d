import type { OperationOf } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { guarded } from '../failures.ts'
import type { Canvas } from './canvas.ts'

type Region = OperationOf<'redact'>

/** Makes a region unreadable, from its own pixels alone: nothing around it is smeared into it or out of it. In place. */
export async function redact(canvas: Canvas, region: Region): Promise<Canvas> {
  if (region.how === 'pixelate') pixelate(canvas, region)
  else await blur(canvas, region)
  return canvas
}

/** Blocks from the region's top left corner; those at the other edges are what is left. */
function pixelate({ data, width, channels }: Canvas, region: Region): void {
  const right = region.x + region.width
  const bottom = region.y + region.height
  for (let top = region.y; top < bottom; top += region.amount)
    for (let left = region.x; left < right; left += region.amount)
      level(data, width, channels, {
        left,
        top,
        right: Math.min(left + region.amount, right),
        bottom: Math.min(top + region.amount, bottom),
      })
}

interface Block {
  left: number
  top: number
  right: number
  bottom: number
}

/** One colour for the block: the mean, each pixel weighed by its alpha. */
function level(data: Uint8Array, width: number, channels: 3 | 4, { left, top, right, bottom }: Block): void {
  const sum = [0, 0, 0]
  let weights = 0
  const each = (visit: (at: number) => void) => {
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) visit((y * width + x) * channels)
  }
  each((at) => {
    const alpha = channels === 4 ? (data[at + 3] ?? 0) : 255
    weights += alpha
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (data[at + c] ?? 0) * alpha
  })
  const mean = sum.map((part) => (weights === 0 ? 0 : Math.round(part / weights)))
  const alpha = Math.round(weights / ((right - left) * (bottom - top)))
  each((at) => {
    for (let c = 0; c < 3; c++) data[at + c] = mean[c] ?? 0
    if (channels === 4) data[at + 3] = alpha
  })
}

async function blur(canvas: Canvas, { x, y, width, height, amount }: Region): Promise<void> {
  const { data, channels } = canvas
  const raw = { width: canvas.width, height: canvas.height, channels }
  const blurred = await guarded('operate', () =>
    sharp(data, { raw, limitInputPixels: false })
      .extract({ left: x, top: y, width, height })
      .blur(amount)
      .raw({ depth: 'uchar' })
      .toBuffer(),
  )
  const row = width * channels
  for (let line = 0; line < height; line++)
    data.set(blurred.subarray(line * row, (line + 1) * row), ((y + line) * canvas.width + x) * channels)
}
