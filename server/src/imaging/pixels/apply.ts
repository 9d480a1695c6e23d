import type { PixelOperation } from '../plan/primitive.ts'
import { type WatermarkSources, watermark } from '../watermark/watermark.ts'
import { background } from './background.ts'
import type { Canvas } from './canvas.ts'
import { gamma } from './gamma.ts'
import { radius } from './radius.ts'

/** One operation on raw pixels. The canvas may be changed in place: it belongs to one output. */
export async function applyPixels(
  canvas: Canvas,
  op: PixelOperation,
  sources: WatermarkSources,
): Promise<Canvas> {
  switch (op.op) {
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
