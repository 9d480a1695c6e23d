import type { Image } from '@rendition/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunksOf, gap, layOut, rowHeightFor } from './layout.ts'

const picture = (width: number, height: number, id = `${width}x${height}`) => ({ id, width, height }) as Image
const pictures = fc.array(
  fc.record({ width: fc.integer({ min: 1, max: 32767 }), height: fc.integer({ min: 1, max: 32767 }) }),
  { minLength: 1, maxLength: 80 },
)

describe('justified rows', () => {
  it('place every picture once, inside the gallery, without overlaps', () => {
    fc.assert(
      fc.property(pictures, fc.integer({ min: 280, max: 2600 }), (sizes, width) => {
        const images = sizes.map((size, index) => picture(size.width, size.height, String(index)))
        const { height, rows } = layOut(images, width)
        const tiles = rows.flatMap((row) => row.tiles)
        expect(tiles.map(({ image }) => image.id)).toEqual(images.map(({ id }) => id))
        tiles.forEach((tile, index) => {
          expect(tile.left + tile.width).toBeLessThanOrEqual(width + 0.5)
          expect(tile.top + tile.height).toBeLessThanOrEqual(height)
          const next = tiles[index + 1]
          if (next === undefined) return
          const sameRow = Math.abs(next.top - tile.top) < 0.01
          if (sameRow) expect(next.left).toBeCloseTo(tile.left + tile.width + gap)
          else expect(next.top).toBeGreaterThanOrEqual(tile.top + tile.height)
        })
      }),
    )
  })

  it('fill the width, and keep to about the height aimed at', () => {
    const images = Array.from({ length: 40 }, (_, index) =>
      picture(index % 3 === 0 ? 2 : 3, 2, String(index)),
    )
    const tiles = layOut(images, 1400).rows.flatMap((row) => row.tiles)
    const rowEnds = tiles.filter((tile, index) => tiles[index + 1]?.top !== tile.top)
    for (const { left, width, height } of rowEnds) {
      expect(left + width).toBeCloseTo(1400, 0)
      expect(height / rowHeightFor(1400)).toBeGreaterThan(0.7)
      expect(height / rowHeightFor(1400)).toBeLessThan(1.45)
    }
  })

  it('do not blow up a lonely picture', () => {
    expect(layOut([picture(3000, 2000)], 1400).rows[0]?.height).toBeLessThan(400)
  })
})

describe('chunks', () => {
  const page = (count: number, from = 0) => ({
    items: Array.from({ length: count }, (_, index) => picture(1, 1, String(from + index))),
    nextCursor: null,
  })

  it('hold everything once and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6 }), (counts) => {
        const pages = counts.map((count, index) => page(count, index * 1000))
        const ids = pages.flatMap(({ items }) => items.map(({ id }) => id))
        const chunks = chunksOf(pages)
        expect(chunks.flatMap(({ images }) => images.map(({ id }) => id))).toEqual(ids)
      }),
    )
  })

  it('below the first stay as they are when new pictures come', () => {
    const before = chunksOf([page(200)])
    const { items } = page(200)
    const after = chunksOf([{ items: [picture(1, 1, 'new'), ...items], nextCursor: null }])
    expect(after.slice(1)).toEqual(before.slice(1))
    expect(after[0]?.key).toBe(before[0]?.key)
  })

  it('are of one month each, whose name stands above the first of them, over the ends of pages too', () => {
    const months = ['2024-05', '2024-05', '2024-04', '2024-04', '2024-02']
    const items = months.map(
      (month, index) => ({ ...picture(1, 1, String(index)), uploadedAt: month }) as Image,
    )
    const chunks = chunksOf(
      [
        { items: items.slice(0, 3), nextCursor: 'more' },
        { items: items.slice(3), nextCursor: null },
      ],
      ({ uploadedAt }) => uploadedAt,
    )
    expect(chunks.map(({ month, headed, images }) => [month, headed, images.length])).toEqual([
      ['2024-05', true, 2],
      ['2024-04', true, 1],
      ['2024-04', false, 1],
      ['2024-02', true, 1],
    ])
  })

  it('of pages that were cut before are the same, but for a heading that moved', () => {
    const known = new WeakMap()
    const monthOf = () => '2024-05'
    const [first, second] = [page(60), page(60, 1000)]
    const before = chunksOf([second], monthOf, known)
    const after = chunksOf([first, second], monthOf, known)
    expect(after[1]).toEqual({ ...before[0], headed: false })
    const again = chunksOf([first, second, page(60, 2000)], monthOf, known)
    expect(again[0]).toBe(after[0])
    expect(again[1]).toBe(after[1])
  })
})
