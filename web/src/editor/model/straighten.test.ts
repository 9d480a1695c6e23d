import { describe, expect, it } from 'vitest'
import { liesIn } from './crop-box.ts'
import { lyingSize, wholeFrame } from './frame.ts'
import { straightened } from './straighten.ts'

const size = { width: 1200, height: 800 }

describe('a picture that is straightened', () => {
  it('shows all of it again when it is turned back, however often it was turned meanwhile', () => {
    let frame = wholeFrame
    for (const angle of [0.1, 2, 11.5, -7, 3]) {
      frame = straightened(frame, angle, size, null)
      expect(frame.crop).not.toBeNull()
      if (frame.crop !== null) expect(liesIn(frame.crop, { size: lyingSize(frame, size), angle })).toBe(true)
    }
    expect(straightened(frame, 0, size, null)).toEqual(wholeFrame)
  })

  it('has as much at an angle as if it had been turned there at once', () => {
    const slowly = [1, 14, 6].reduce((frame, angle) => straightened(frame, angle, size, null), wholeFrame)
    expect(slowly).toEqual(straightened(wholeFrame, 6, size, null))
  })

  it('keeps the largest crop of a shape, and a crop that was made by hand about its place', () => {
    const square = straightened(wholeFrame, 0, size, 1)
    expect(square.crop).toEqual({ x: 200, y: 0, width: 800, height: 800 })
    expect(straightened(straightened(square, 9, size, 1), 0, size, 1)).toEqual(square)

    const byHand = { ...wholeFrame, crop: { x: 100, y: 100, width: 300, height: 200 } }
    const turned = straightened(byHand, 5, size, null)
    expect(turned.crop).toMatchObject({ width: 300, height: 200 })
    const back = straightened(turned, 0, size, null)
    expect(back.crop).toMatchObject({ width: 300, height: 200 })
  })
})
