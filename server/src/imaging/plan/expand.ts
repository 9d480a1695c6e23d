import { Failure } from '@rendition/contract'
import type { Operation } from '@rendition/contract/recipe'
import type { ImagingLimits } from '../types.ts'
import { contains, movePoints, type Point, type Points, resizePrimitives, rotatedSize } from './geometry.ts'
import type { Primitive, Size } from './primitive.ts'

/** Where a plan stands: the size of the picture there, and where the points that a crop may look at went. */
export interface Standing extends Size {
  /** In pixels. */
  points: Points
}

export interface Expanded {
  primitives: Primitive[]
  standing: Standing
  /** The size is only a bound: the picture must be made before anything after it can be planned. */
  open: boolean
}

/**
 * One operation as primitives for a picture of a known size. Throws `invalid_recipe` for a crop or a region outside the picture
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
  const { width, height, points } = at
  const moved = (size: Size, move: (point: Point) => Point): Standing => ({
    width: size.width,
    height: size.height,
    points: movePoints(points, move),
  })
  const to = (primitives: Primitive[], standing: Standing = at, open = false): Expanded => ({
    primitives,
    standing,
    open,
  })
  switch (step.op) {
    case 'resize': {
      const { primitives, size, scaled, offset } = resizePrimitives(step, at, points)
      // Where a smart crop looks is known only afterwards; its middle is as good a guess as any
      const smart = primitives.some((primitive) => primitive.kind === 'smart')
      const standing = moved(size, ({ x, y }) =>
        smart
          ? middle(size)
          : held(size, {
              x: (x * scaled.width) / width + offset.x,
              y: (y * scaled.height) / height + offset.y,
            }),
      )
      return to(primitives, standing)
    }
    case 'crop': {
      const box = { left: step.x, top: step.y, width: step.width, height: step.height }
      if (!contains(at, box)) throw outside(path, step, at)
      if (box.width === width && box.height === height) return to([])
      return to(
        [{ kind: 'crop', ...box }],
        moved(box, ({ x, y }) => held(box, { x: x - step.x, y: y - step.y })),
      )
    }
    case 'redact': {
      const box = { left: step.x, top: step.y, width: step.width, height: step.height }
      // A region that is not where it was meant must not pass unseen.
      if (!contains(at, box)) throw outside(path, step, at)
      return to([{ kind: 'pixels', operation: step }])
    }
    case 'trim':
      return trim(step.threshold, at)
    case 'rotate':
      return rotate(step.angle, step.background, at)
    case 'flip':
      return to(
        [{ kind: 'flip' }],
        moved(at, ({ x, y }) => ({ x, y: height - y })),
      )
    case 'mirror':
      return to(
        [{ kind: 'mirror' }],
        moved(at, ({ x, y }) => ({ x: width - x, y })),
      )
    case 'pad': {
      const size = { width: width + step.left + step.right, height: height + step.top + step.bottom }
      const { top, right, bottom, left, background } = step
      const extend: Primitive = { kind: 'extend', top, right, bottom, left, background }
      return to(
        [extend],
        moved(size, ({ x, y }) => ({ x: x + left, y: y + top })),
      )
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
  const { width, height, points } = at
  if (angle === 180) {
    const standing = { ...at, points: movePoints(points, ({ x, y }) => ({ x: width - x, y: height - y })) }
    return { primitives: [{ kind: 'turn', angle }], standing, open: false }
  }
  if (angle === 90 || angle === 270) {
    const turned = movePoints(points, ({ x, y }) =>
      angle === 90 ? { x: height - y, y: x } : { x: y, y: width - x },
    )
    const standing = { width: height, height: width, points: turned }
    return { primitives: [{ kind: 'turn', angle }], standing, open: false }
  }
  const size = rotatedSize(at, angle)
  const radians = (angle * Math.PI) / 180
  const turned = movePoints(points, ({ x, y }) => {
    const [dx, dy] = [x - width / 2, y - height / 2]
    return held(size, {
      x: size.width / 2 + dx * Math.cos(radians) - dy * Math.sin(radians),
      y: size.height / 2 + dx * Math.sin(radians) + dy * Math.cos(radians),
    })
  })
  const standing = { ...size, points: turned }
  return { primitives: [{ kind: 'rotate', angle, background }], standing, open: true }
}

function middle({ width, height }: Size): Point {
  return { x: width / 2, y: height / 2 }
}

/** A point that was cut away is held at the nearest edge. */
function held(size: Size, { x, y }: Point): Point {
  return { x: Math.min(Math.max(x, 0), size.width), y: Math.min(Math.max(y, 0), size.height) }
}

function outside(path: string, step: Size & Point & { op: string }, at: Size): Failure {
  const box = `${step.width} × ${step.height} at ${step.x},${step.y}`
  const message = `${box} does not lie inside the picture, which is ${at.width} × ${at.height} there`
  return new Failure('invalid_recipe', `${step.op}: ${message}.`, { errors: [{ path, message }] })
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
