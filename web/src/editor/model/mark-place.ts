import type { OperationOf } from '@rendition/contract/recipe'

interface Point {
  x: number
  y: number
}

const across = { west: 0, centre: 1, east: 2 } as const

/** Where the middle of a mark's room lies, as shares of the picture; for a word of the compass, near enough to begin from. */
export function pointOf({ position, size }: Pick<OperationOf<'watermark'>, 'position' | 'size'>): Point {
  if (typeof position !== 'string') return position
  const places = [size / 2, 0.5, 1 - size / 2]
  const column = position.includes('west')
    ? across.west
    : position.includes('east')
      ? across.east
      : across.centre
  const row = position.startsWith('north') ? 0 : position.startsWith('south') ? 2 : 1
  return { x: round3(places[column] ?? 0.5), y: round3(places[row] ?? 0.5) }
}

/** A point moved by so much, held inside the picture. */
export const movedMark = (at: Point, by: Point): Point => ({
  x: round3(Math.min(Math.max(at.x + by.x, 0), 1)),
  y: round3(Math.min(Math.max(at.y + by.y, 0), 1)),
})

const round3 = (value: number): number => Math.round(value * 1000) / 1000
