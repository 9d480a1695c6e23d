import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepTiles, tileParameters } from './deep-tiles.ts'

describe('the tiles of a large picture', () => {
  it('cover it once, each sharp enough for the screen, and are few', () => {
    const sides = fc.integer({ min: 1, max: 32_767 })
    fc.assert(
      fc.property(sides, sides, fc.integer({ min: 100, max: 60_000 }), (width, height, shownWidth) => {
        const tiles = deepTiles(width, height, shownWidth)
        expect(tiles.reduce((sum, tile) => sum + tile.width * tile.height, 0)).toBe(width * height)
        expect(tiles.length).toBeLessThanOrEqual(150)
        for (const tile of tiles) {
          expect(tile.x + tile.width).toBeLessThanOrEqual(width)
          expect(tile.y + tile.height).toBeLessThanOrEqual(height)
          expect(tile.deliveredWidth).toBeLessThanOrEqual(2048)
        }
      }),
    )
  })

  it('have as many pixels as are seen, and not many more', () => {
    const at = (shownWidth: number) => deepTiles(10_000, 8000, shownWidth)
    expect(at(10_000)[0]).toEqual({ x: 0, y: 0, width: 2048, height: 2048, deliveredWidth: 2048 })
    expect(at(5001)[0]?.deliveredWidth).toBe(2048)
    expect(at(5000)[0]).toMatchObject({ width: 4096, deliveredWidth: 2048 })
    expect(at(1200)).toHaveLength(1)
  })

  it('are asked for by the grammar of URLs', () => {
    const [, second] = deepTiles(3000, 100, 3000)
    expect(second && tileParameters(second)).toEqual({ crop: '2048,0,952,100', width: '952', format: 'auto' })
  })
})
