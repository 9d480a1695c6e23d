import { background } from './pixels/background.ts'
import type { Canvas } from './pixels/canvas.ts'
import { gamma } from './pixels/gamma.ts'
import { radius } from './pixels/radius.ts'
import { redact } from './pixels/redact.ts'
import type { PixelOperation } from './plan/primitive.ts'
import { type WatermarkSources, watermark } from './watermark/watermark.ts'

/** One operation on raw pixels. The canvas may be changed in place: it belongs to one output. */
export async function applyPixels(
  canvas: Canvas,
  op: PixelOperation,
  sources: WatermarkSources,
): Promise<Canvas> {
  switch (op.op) {
    case 'redact':
      return redact(canvas, op)
    case 'gamma':
      return gamma(canvas, op.value)
    case 'radius':
      return radius(canvas, op.radius)
    case 'background':
      return background(canvas, op.color)
    case 'watermark':
      return watermark(canvas, op, sources)
  }
}
