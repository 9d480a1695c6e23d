import type { Sharp } from 'sharp'
import { guarded, type Phase } from './failures.ts'
import { type Canvas, canvasOf, sharpColour } from './pixels/canvas.ts'
import type { Point } from './plan/geometry.ts'
import type { Primitive } from './plan/primitive.ts'

/**
 * Up to this side a JPEG is decoded at twice the size that libjpeg's shrinking offers at most. 24 megapixels to 640
 * pixels: SSIM 0.9988 instead of 0.9926 against Lanczos on all pixels, for a fifth more time. Larger ones would need
 * the full decode.
 */
const finelyScaled = 1024

/** Puts the primitives of one pass onto a pipeline. Their order is sharp's own; the planner saw to that. */
export function apply(pipeline: Sharp, primitives: readonly Primitive[]): Sharp {
  return primitives.reduce(applyOne, pipeline)
}

function applyOne(pipeline: Sharp, primitive: Primitive): Sharp {
  switch (primitive.kind) {
    case 'trim':
      return pipeline.trim({ threshold: primitive.threshold, lineArt: primitive.thin })
    case 'crop': {
      const { left, top, width, height } = primitive
      return pipeline.extract({ left, top, width, height })
    }
    case 'scale': {
      const { width, height } = primitive
      const fastShrinkOnLoad = Math.max(width, height) > finelyScaled
      return pipeline.resize(width, height, { fit: 'fill', fastShrinkOnLoad })
    }
    case 'smart':
      return pipeline.resize(primitive.width, primitive.height, {
        fit: 'cover',
        position: primitive.strategy,
      })
    case 'flip':
      return pipeline.flip()
    case 'mirror':
      return pipeline.flop()
    case 'turn':
      return pipeline.rotate(primitive.angle)
    case 'rotate':
      return applyRotation(pipeline, primitive)
    case 'extend': {
      const { top, right, bottom, left } = primitive
      return pipeline.extend({ top, right, bottom, left, background: sharpColour(primitive.background) })
    }
    case 'blur':
      return pipeline.blur(primitive.sigma)
    case 'modulate': {
      const { brightness, saturation, hue } = primitive
      return pipeline.modulate({ brightness, saturation, hue })
    }
    case 'sharpen':
      return pipeline.sharpen({ sigma: primitive.sigma })
    case 'contrast':
      return pipeline.linear(primitive.amount, 127.5 * (1 - primitive.amount))
    case 'tint':
      return pipeline.tint(sharpColour(primitive.color))
    case 'grayscale':
      return pipeline.toColourspace('b-w')
    case 'negate':
      return pipeline.negate({ alpha: false })
    case 'pixels':
      throw new Error('An operation on raw pixels cannot stand in a pipeline.')
  }
}

/**
 * With alpha the edges must be averaged premultiplied, or the bare corners' black shines through as a dark seam.
 * sharp premultiplies only around a resize, blur or sharpen: a blur whose kernel is a single 1 asks for just that.
 */
function applyRotation(
  pipeline: Sharp,
  { angle, background }: Extract<Primitive, { kind: 'rotate' }>,
): Sharp {
  const rotated = pipeline.rotate(angle, { background: sharpColour(background) })
  return background.endsWith('ff') ? rotated : rotated.blur({ sigma: 0.3, minAmplitude: 0.9 })
}

/** What a pass decided by looking at the pixels. */
export interface PassInfo {
  /** Where the rectangle that was kept began: `trim`, or a smart crop in the scaled picture. */
  offset: Point | null
}

/** Runs a pipeline to raw pixels. */
export async function toCanvas(
  pipeline: Sharp,
  grey: boolean,
  phase: Phase,
): Promise<{ canvas: Canvas; info: PassInfo }> {
  const { data, info } = await guarded(phase, () =>
    pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  )
  const trimmed =
    info.trimOffsetLeft === undefined ? null : { x: -info.trimOffsetLeft, y: -(info.trimOffsetTop ?? 0) }
  const cut =
    info.cropOffsetLeft === undefined
      ? null
      : { x: Math.abs(info.cropOffsetLeft), y: Math.abs(info.cropOffsetTop ?? 0) }
  return { canvas: canvasOf(data, info, info.channels, grey), info: { offset: trimmed ?? cut } }
}
