import type { Operation, OperationOf } from '@rendition/contract/recipe'

export interface Size {
  readonly width: number
  readonly height: number
}
/** In whole pixels from the top left corner. */
export interface Box extends Size {
  readonly x: number
  readonly y: number
}

/** The picture's size behind an operation; a bound where only the pixels say it (an odd angle, a trim). */
export function sizeAfter(op: Operation, size: Size): Size {
  switch (op.op) {
    case 'crop':
      return { width: op.width, height: op.height }
    case 'rotate':
      return rotatedSize(size, op.angle)
    case 'pad':
      return { width: size.width + op.left + op.right, height: size.height + op.top + op.bottom }
    case 'resize':
      return resizedSize(op, size)
    case 'redact':
    case 'trim':
    case 'flip':
    case 'mirror':
    case 'radius':
    case 'blur':
    case 'sharpen':
    case 'grayscale':
    case 'negate':
    case 'modulate':
    case 'contrast':
    case 'gamma':
    case 'tint':
    case 'watermark':
    case 'background':
      return size
  }
}

export const sizeBehind = (operations: readonly Operation[], size: Size): Size =>
  operations.reduce((at, op) => sizeAfter(op, at), size)

/** Bounds after a turn. An odd angle's real ones may be up to two pixels less: what lies within these does not. */
export function rotatedSize({ width, height }: Size, angle: number): Size {
  if (angle % 180 === 0) return { width, height }
  if (angle % 90 === 0) return { width: height, height: width }
  const radians = (angle * Math.PI) / 180
  const [sin, cos] = [Math.abs(Math.sin(radians)), Math.abs(Math.cos(radians))]
  return {
    width: Math.max(1, Math.floor(width * cos + height * sin)),
    height: Math.max(1, Math.floor(width * sin + height * cos)),
  }
}

function resizedSize(op: OperationOf<'resize'>, { width, height }: Size): Size {
  const [across, down] = [(op.width ?? 0) / width, (op.height ?? 0) / height]
  const most = op.enlarge ? Number.POSITIVE_INFINITY : 1
  const scaled = (factor: number): Size => ({
    width: Math.max(1, Math.round(width * Math.min(factor, most))),
    height: Math.max(1, Math.round(height * Math.min(factor, most))),
  })
  if (op.width === undefined) return scaled(down)
  if (op.height === undefined) return scaled(across)
  if (op.fit === 'inside') return scaled(Math.min(across, down))
  if (op.fit === 'outside') return scaled(Math.max(across, down))
  if (op.fit === 'contain' || op.enlarge) return { width: op.width, height: op.height }
  const covering = op.fit === 'fill' ? { width, height } : scaled(Math.max(across, down))
  return { width: Math.min(op.width, covering.width), height: Math.min(op.height, covering.height) }
}

/** A rectangle inside a picture: moved in, and no larger than it. */
export function boxWithin(box: Box, size: Size): Box {
  const width = Math.min(Math.max(1, Math.round(box.width)), size.width)
  const height = Math.min(Math.max(1, Math.round(box.height)), size.height)
  return {
    x: Math.min(Math.max(0, Math.round(box.x)), size.width - width),
    y: Math.min(Math.max(0, Math.round(box.y)), size.height - height),
    width,
    height,
  }
}

/**
 * The same operations, each crop and region inside the picture that it meets: after another order, or with a step off, one
 * may have been left outside.
 */
export function fitCrops(operations: readonly Operation[], size: Size): Operation[] {
  let at = size
  return operations.map((op) => {
    const fitted: Operation = op.op === 'crop' || op.op === 'redact' ? { ...op, ...boxWithin(op, at) } : op
    at = sizeAfter(fitted, at)
    return fitted
  })
}
