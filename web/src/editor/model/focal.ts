import type { Box, Size } from '../../painting/sizes.ts'

/** A point of the picture: shares of its width and height. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** What `cover` with `gravity=focal` shows in a shape: as the service cuts it, the point as near to the middle as edges let it. */
export function focalCut(size: Size, ratio: number, { x, y }: Point): Box {
  const width = Math.min(size.width, size.height * ratio)
  const height = width / ratio
  const held = (middle: number, part: number, whole: number): number =>
    Math.min(Math.max(middle - part / 2, 0), whole - part)
  return {
    x: held(x * size.width, width, size.width),
    y: held(y * size.height, height, size.height),
    width,
    height,
  }
}

/** A point moved by shares, inside the picture and in steps that a number field shows. */
export function movedPoint({ x, y }: Point, by: Point): Point {
  const within = (value: number): number => Math.round(Math.min(Math.max(value, 0), 1) * 1000) / 1000
  return { x: within(x + by.x), y: within(y + by.y) }
}
