import { describe, expect, it } from 'vitest'
import { type KeptPicture, withinBounds } from './seen-pictures.ts'

const mb = 1024 ** 2
const day = 24 * 3_600_000
const picture = (n: number, bytes: number, at = 0): KeptPicture => ({
  url: `/images/${n}`,
  image: `${n}`,
  bytes,
  at,
})

describe('the pictures that are kept', () => {
  it('are the last that make 64 MB', () => {
    const all = [picture(1, 20 * mb), picture(2, 40 * mb), picture(3, 10 * mb), picture(4, 14 * mb)]
    const { left, gone } = withinBounds(all, 0)
    expect(left).toEqual(all.slice(1))
    expect(gone).toEqual(all.slice(0, 1))
    const one = picture(5, mb)
    expect(withinBounds([...all, one], 0).left).toEqual([...all.slice(2), one])
  })

  it('are 3,000 at most, and none older than thirty days', () => {
    const many = Array.from({ length: 3_010 }, (_, n) => picture(n, 1))
    expect(withinBounds(many, 0).left).toEqual(many.slice(10))
    const aged = [picture(1, 1, 0), picture(2, 1, 2 * day)]
    expect(withinBounds(aged, 30 * day).left).toEqual(aged.slice(1))
    expect(withinBounds([], 0)).toEqual({ left: [], gone: [] })
  })
})
