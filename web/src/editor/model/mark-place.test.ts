import { expect, test } from 'vitest'
import { movedMark, pointOf } from './mark-place.ts'

test('a mark is taken up where it lies, and stays inside', () => {
  expect(pointOf({ position: 'southeast', size: 0.25 })).toEqual({ x: 0.875, y: 0.875 })
  expect(pointOf({ position: 'north', size: 0.5 })).toEqual({ x: 0.5, y: 0.25 })
  expect(pointOf({ position: 'centre', size: 0.1 })).toEqual({ x: 0.5, y: 0.5 })
  expect(pointOf({ position: 'west', size: 0.2 })).toEqual({ x: 0.1, y: 0.5 })
  expect(pointOf({ position: { x: 0.3, y: 0.6 }, size: 0.2 })).toEqual({ x: 0.3, y: 0.6 })
  expect(movedMark({ x: 0.3, y: 0.95 }, { x: 0.1, y: 0.1 })).toEqual({ x: 0.4, y: 1 })
})
