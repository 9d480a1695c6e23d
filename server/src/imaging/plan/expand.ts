import { Failure } from '@rendition/contract'
import type { Operation } from '@rendition/contract/recipe'
import type { ImagingLimits } from '../types.ts'
import { contains, type Point, resizePrimitives, rotatedSize } from './geometry.ts'
import type { Primitive, Size } from './primitive.ts'

/** Where a plan stands: the size of the picture there, and where its focal point went. */
export interface Standing extends Size {
  /** In pixels. */
  focal: Point
}

export interface Expanded {
  primitives: Primitive[]
  standing: Standing
  /** The size is only a bound: the picture must be made before anything after it can be planned. */
  open: boolean
}

/**
 * One operation as primitives for a picture of a known size. Throws `invalid_recipe` for a crop outside the picture
 * and `output_too_large` when the result would not fit the limits, both before any pixel moves.
 */
export function expand(step: Operation, at: Standing, path: string, limits: ImagingLimits): Expanded {
  const expanded = unbounded(step, at, path)
  const { width, height } = expanded.standing
  const grown = width * height > at.width * at.height
  if (grown && (width > limits.side || height > limits.side || width * height > limits.stillPixels))
    throw new Failure('output_too_large', `${step.op} would make a picture of ${width} × ${height}.`, {
      errors: [{ path, message: `would make ${width} × ${height} pixels` }],
    })
  return expanded
}

function unbounded(step: Operation, at: Standing, path: string): Expanded {
  const { width, height, focal } = at
  const to = (primitives: Primitive[], standing: Standing = at, open = false): Expanded => ({
    primitives,
    standing,
    open,
  })
  switch (step.op) {
    case 'resize': {
      const { primitives, size, scaled, offset } = resizePrimitives(step, at, focal)
      const x = (focal.x * scaled.width) / width + offset.x
      const y = (focal.y * scaled.height) / height + offset.y
      // Where a smart crop looks is known only afterwards; its middle is as good a guess as any
      const smart = primitives.some((primitive) => primitive.kind === 'smart')
      return to(primitives, { ...size, focal: smart ? middle(size) : held(size, { x, y }) })
    }
    case 'crop': {
      const box = { left: step.x, top: step.y, width: step.width, height: step.height }
      if (!contains(at, box)) throw outside(path, step, at)
      if (box.width === width && box.height === height) return to([])
      return to([{ kind: 'crop', ...box }], {
        ...box,
        focal: held(box, { x: focal.x - step.x, y: focal.y - step.y }),
      })
    }
    case 'trim':
      return trim(step.threshold, at)
    case 'rotate':
      return rotate(step.angle, step.background, at)
    case 'flip':
      return to([{ kind: 'flip' }], { ...at, focal: { x: focal.x, y: height - focal.y } })
    case 'mirror':
      return to([{ kind: 'mirror' }], { ...at, focal: { x: width - focal.x, y: focal.y } })
    case 'pad': {
      const size = { width: width + step.left + step.right, height: height + step.top + step.bottom }
      const { top, right, bottom, left, background } = step
      const extend: Primitive = { kind: 'extend', top, right, bottom, left, background }
      return to([extend], { ...size, focal: { x: focal.x + left, y: focal.y + top } })
    }
    case 'blur':
      return to([{ kind: 'blur', sigma: step.sigma }])
    case 'sharpen':
      return to([{ kind: 'sharpen', sigma: step.sigma }])
    case 'modulate':
      return to([
        { kind: 'modulate', brightness: step.brightness, saturation: step.saturation, hue: step.hue },
      ])
    case 'contrast':
      return to([{ kind: 'contrast', amount: step.amount }])
    case 'tint':
      return to([{ kind: 'tint', color: step.color }])
    case 'grayscale':
    case 'negate':
      return to([{ kind: step.op }])
    case 'gamma':
    case 'radius':
    case 'watermark':
    case 'background':
      return to([{ kind: 'pixels', operation: step }])
  }
}

/**
 * libvips looks for the border through a window of 3 × 3, and refuses what that does not fit into. A thin picture is
 * looked at without it; under 3 × 3 there is no border to speak of.
 */
function trim(threshold: number, at: Standing): Expanded {
  const { width, height } = at
  if (width < 3 && height < 3) return { primitives: [], standing: at, open: false }
  const thin = width < 3 || height < 3
  return { primitives: [{ kind: 'trim', threshold, thin }], standing: at, open: true }
}

function rotate(angle: number, background: string, at: Standing): Expanded {
  const { width, height, focal } = at
  if (angle === 180) {
    const standing = { ...at, focal: { x: width - focal.x, y: height - focal.y } }
    return { primitives: [{ kind: 'turn', angle }], standing, open: false }
  }
  if (angle === 90 || angle === 270) {
    const turned = angle === 90 ? { x: height - focal.y, y: focal.x } : { x: focal.y, y: width - focal.x }
    const standing = { width: height, height: width, focal: turned }
    return { primitives: [{ kind: 'turn', angle }], standing, open: false }
  }
  const size = rotatedSize(at, angle)
  const radians = (angle * Math.PI) / 180
  const [dx, dy] = [focal.x - width / 2, focal.y - height / 2]
  const point = {
    x: size.width / 2 + dx * Math.cos(radians) - dy * Math.sin(radians),
    y: size.height / 2 + dx * Math.sin(radians) + dy * Math.cos(radians),
  }
  const standing = { ...size, focal: held(size, point) }
  return { primitives: [{ kind: 'rotate', angle, background }], standing, open: true }
}

function middle({ width, height }: Size): Point {
  return { x: width / 2, y: height / 2 }
}

/** A point that was cut away is held at the nearest edge. */
function held(size: Size, { x, y }: Point): Point {
  return { x: Math.min(Math.max(x, 0), size.width), y: Math.min(Math.max(y, 0), size.height) }
}

function outside(path: string, crop: Size & Point, at: Size): Failure {
  const box = `${crop.width} × ${crop.height} at ${crop.x},${crop.y}`
  const message = `${box} does not lie inside the picture, which is ${at.width} × ${at.height} there`
  return new Failure('invalid_recipe', `crop: ${message}.`, { errors: [{ path, message }] })
}

/** Whether steps change nothing of a picture that stands like this. */
export function comesToNothing(
  steps: readonly Operation[],
  standing: Standing,
  limits: ImagingLimits,
): boolean {
  return steps.every((step, index) => {
    const { open, primitives } = expand(step, standing, `steps.${index}`, limits)
    return !open && primitives.length === 0
  })
}
