import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundsOf, largest, liesIn, moved, type Room, resized, shrunk, withRatio } from './crop-box.ts'

const rooms = fc.record({
  size: fc.record({
    width: fc.integer({ min: 40, max: 5_000 }),
    height: fc.integer({ min: 40, max: 5_000 }),
  }),
  angle: fc.integer({ min: -300, max: 300 }).map((tenths) => tenths / 10),
})
const by = fc.record({
  x: fc.integer({ min: -9_000, max: 9_000 }),
  y: fc.integer({ min: -9_000, max: 9_000 }),
})
const ratio = fc.constantFrom(null, 1, 4 / 3, 9 / 16)
const handle = fc
  .record({ across: fc.constantFrom(-1, 0, 1), down: fc.constantFrom(-1, 0, 1) })
  .filter(({ across, down }) => across !== 0 || down !== 0) as fc.Arbitrary<{
  across: -1 | 0 | 1
  down: -1 | 0 | 1
}>

test('no hand moves a crop out of the picture, or onto a bare corner', () => {
  fc.assert(
    fc.property(rooms, by, by, handle, ratio, (room, first, second, held, shape) => {
      const box = largest(room, shape)
      expect(liesIn(box, room)).toBe(true)
      const smaller = shrunk({ ...box, width: box.width / 2, height: box.height / 2 }, room)
      const pulled = resized(smaller, held, first, shape, room)
      expect(liesIn(pulled, room)).toBe(true)
      const pushed = moved(pulled, second, room)
      expect(liesIn(pushed, room)).toBe(true)
      expect([pushed.width, pushed.height]).toEqual([pulled.width, pulled.height])
    }),
  )
})

test('the largest crop of a straight picture is all of it, of a shape as much as fits', () => {
  const room: Room = { size: { width: 300, height: 200 }, angle: 0 }
  expect(largest(room, null)).toEqual({ x: 0, y: 0, width: 300, height: 200 })
  expect(largest(room, 1)).toEqual({ x: 50, y: 0, width: 200, height: 200 })
  expect(boundsOf({ ...room, angle: 90 })).toEqual({ width: 200, height: 300 })
})

test('a corner that is pulled leaves the opposite one where it is, and keeps the shape', () => {
  const room: Room = { size: { width: 300, height: 200 }, angle: 0 }
  const box = { x: 50, y: 40, width: 100, height: 100 }
  expect(resized(box, { across: -1, down: -1 }, { x: 10, y: 20 }, null, room)).toEqual({
    x: 60,
    y: 60,
    width: 90,
    height: 80,
  })
  const square = resized(box, { across: 1, down: 1 }, { x: 30, y: 5 }, 1, room)
  expect(square).toEqual({ x: 50, y: 40, width: 130, height: 130 })
  // One way alone does it as well
  expect(resized(box, { across: 1, down: 1 }, { x: 0, y: -20 }, 1, room)).toMatchObject({
    width: 80,
    height: 80,
  })
  // As far as the picture goes, and not at all beyond
  expect(resized(box, { across: 1, down: 1 }, { x: 900, y: 900 }, 1, room)).toEqual({
    x: 50,
    y: 40,
    width: 160,
    height: 160,
  })
})

test('another shape has the same middle and about the same area', () => {
  const room: Room = { size: { width: 3_000, height: 2_000 }, angle: 0 }
  const wide = withRatio({ x: 1_000, y: 500, width: 800, height: 800 }, 16 / 9, room)
  expect(wide.width / wide.height).toBeCloseTo(16 / 9, 2)
  expect(wide.x + wide.width / 2).toBeCloseTo(1_400, -1)
  expect((wide.width * wide.height) / 640_000).toBeCloseTo(1, 1)
})
