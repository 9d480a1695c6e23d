import type { Gravity, OperationOf } from '@rendition/contract/recipe'
import type { Box, Primitive, Size } from './primitive.ts'

/** A point of the picture in pixels from its top left corner. */
export interface Point {
  x: number
  y: number
}

/** The points that a crop may look at, by the name of the gravity that does. */
export type Points = Readonly<Record<'focal' | 'face' | 'faces', Point>>

/** The points where a change of the picture takes them. */
export function movePoints({ focal, face, faces }: Points, move: (point: Point) => Point): Points {
  return { focal: move(focal), face: move(face), faces: move(faces) }
}

function scaled({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
}

const between = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/** Where a smaller box sits in a larger one: 0 at the left or top, 1 at the right or bottom. */
function anchors(gravity: Gravity): Point {
  const x = gravity.endsWith('west') ? 0 : gravity.endsWith('east') ? 1 : 0.5
  const y = gravity.startsWith('north') ? 0 : gravity.startsWith('south') ? 1 : 0.5
  return { x, y }
}

/** `inner` inside `outer` by gravity. */
export function place(outer: Size, inner: Size, gravity: Gravity): Point {
  const { x, y } = anchors(gravity)
  return { x: Math.floor((outer.width - inner.width) * x), y: Math.floor((outer.height - inner.height) * y) }
}

/** `inner` inside `outer` with `point` (in pixels of `outer`) as near to its middle as the edges let it. */
function around(outer: Size, inner: Size, point: Point): Point {
  return {
    x: between(Math.round(point.x - inner.width / 2), 0, outer.width - inner.width),
    y: between(Math.round(point.y - inner.height / 2), 0, outer.height - inner.height),
  }
}

/** The size that a `resize` scales to, before anything is cut or added. */
export function scaledSize(op: OperationOf<'resize'>, size: Size): Size {
  const horizontal = (op.width ?? 0) / size.width
  const vertical = (op.height ?? 0) / size.height
  const limit = op.enlarge ? Number.POSITIVE_INFINITY : 1
  if (op.width === undefined) return scaled(size, Math.min(vertical, limit))
  if (op.height === undefined) return scaled(size, Math.min(horizontal, limit))
  if (op.fit === 'fill')
    return {
      width: op.enlarge ? op.width : Math.min(op.width, size.width),
      height: op.enlarge ? op.height : Math.min(op.height, size.height),
    }
  const covers = op.fit === 'cover' || op.fit === 'outside'
  const factor = covers ? Math.max(horizontal, vertical) : Math.min(horizontal, vertical)
  const result = scaled(size, Math.min(factor, limit))
  if (factor > limit) return result
  // Rounding must not miss the side that decides: 1919.5 is 1920
  return covers === horizontal > vertical || (!covers && horizontal === vertical)
    ? { ...result, width: op.width }
    : { ...result, height: op.height }
}

/** A `resize` as primitives, and the size it ends with. `points` are in pixels of the picture before. */
export function resizePrimitives(
  op: OperationOf<'resize'>,
  size: Size,
  points: Points,
): { primitives: Primitive[]; size: Size; scaled: Size; offset: Point } {
  const to = scaledSize(op, size)
  const scale: Primitive[] = same(to, size) ? [] : [{ kind: 'scale', ...to, enlarges: larger(to, size) }]
  const still = { primitives: scale, size: to, scaled: to, offset: { x: 0, y: 0 } }
  if (op.width === undefined || op.height === undefined) return still
  if (op.fit === 'cover') {
    const cut = { width: Math.min(op.width, to.width), height: Math.min(op.height, to.height) }
    if (same(cut, to)) return still
    if (op.gravity === 'attention' || op.gravity === 'entropy')
      return {
        ...still,
        primitives: [{ kind: 'smart', scaled: to, strategy: op.gravity, ...cut }],
        size: cut,
      }
    const looks = pointOf(points, op.gravity)
    const at =
      looks === null
        ? place(to, cut, op.gravity)
        : around(to, cut, { x: (looks.x * to.width) / size.width, y: (looks.y * to.height) / size.height })
    const crop: Primitive = { kind: 'crop', left: at.x, top: at.y, ...cut }
    return { primitives: [...scale, crop], size: cut, scaled: to, offset: { x: -at.x, y: -at.y } }
  }
  if (op.fit === 'contain') {
    const canvas = { width: Math.max(op.width, to.width), height: Math.max(op.height, to.height) }
    if (same(canvas, to)) return still
    const at = place(canvas, to, op.gravity)
    const extend: Primitive = {
      kind: 'extend',
      top: at.y,
      left: at.x,
      right: canvas.width - to.width - at.x,
      bottom: canvas.height - to.height - at.y,
      background: op.background,
    }
    return { primitives: [...scale, extend], size: canvas, scaled: to, offset: at }
  }
  return still
}

function pointOf(points: Points, gravity: Gravity): Point | null {
  return gravity === 'focal' || gravity === 'face' || gravity === 'faces' ? points[gravity] : null
}

function larger(a: Size, b: Size): boolean {
  return a.width > b.width || a.height > b.height
}

export function same(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height
}

/** Bounds of the picture after a turn by any angle; libvips may round a pixel less. */
export function rotatedSize({ width, height }: Size, angle: number): Size {
  const radians = (angle * Math.PI) / 180
  const [sin, cos] = [Math.abs(Math.sin(radians)), Math.abs(Math.cos(radians))]
  return {
    width: Math.ceil(width * cos + height * sin - 1e-6) + 1,
    height: Math.ceil(width * sin + height * cos - 1e-6) + 1,
  }
}

export function contains(size: Size, box: Box): boolean {
  return box.left + box.width <= size.width && box.top + box.height <= size.height
}
