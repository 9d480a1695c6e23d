import { expect, test } from 'vitest'
import { bins, heightOf, outlineOf, tonesOf } from './tones.ts'

const pixels = (...list: [number, number, number, number][]) => list.flat()

test('each colour is counted by its brightness, and what is clear is not', () => {
  const tones = tonesOf(pixels([0, 0, 0, 255], [255, 255, 255, 255], [128, 4, 200, 255], [9, 9, 9, 0]))
  expect(tones?.red.map((count, bin) => [bin, count]).filter(([, count]) => count !== 0)).toEqual([
    [0, 1],
    [32, 1],
    [63, 1],
  ])
  expect(tones?.green[1]).toBe(1)
  expect(tones?.blue[50]).toBe(1)
  expect(tones?.black).toBeCloseTo(1 / 3)
  expect(tones?.white).toBeCloseTo(1 / 3)
  expect(tonesOf(pixels([9, 9, 9, 0]))).toBeNull()
  expect(tonesOf([])).toBeNull()
})

test('much of one brightness at an end does not press the rest flat', () => {
  const dark = Array.from({ length: 1000 }, (): [number, number, number, number] => [0, 0, 0, 255])
  const tones = tonesOf(pixels(...dark, [100, 100, 100, 255], [100, 100, 100, 255]))
  if (tones === null) throw new Error('there are pixels')
  expect(heightOf(tones)).toBe(2)
  const outline = outlineOf(tones.red, heightOf(tones))
  expect(outline).toContain('L0.5 0.000')
  expect(outline).toContain('L25.5 0.000')
  expect(outline.split('L')).toHaveLength(bins + 2)
})
