import type { Image, Version } from '@rendition/contract'
import { describe, expect, it } from 'vitest'
import { differenceOf, firstSides, parametersOf } from './sides.ts'

const version = (n: number, width: number) => ({ version: n, width, height: 10 }) as Version
const image = (n: number) => ({ version: n }) as Image

describe('what is compared', () => {
  it('is this version and the one before, where there is one', () => {
    const [left, right] = firstSides(image(3), [version(3, 90), version(2, 80), version(1, 70)])
    expect([left.version, right.version]).toEqual([2, 3])
  })
  it('is two formats of a picture that was never edited', () => {
    expect(firstSides(image(1), [version(1, 90)])).toEqual([
      { version: 1, format: 'jpeg' },
      { version: 1, format: 'avif' },
    ])
  })
  it('is no larger than its version, and no larger than is seen', () => {
    const versions = [version(2, 6000), version(1, 90)]
    expect(parametersOf({ version: 1, format: 'webp' }, versions)).toEqual({
      v: '1',
      width: '90',
      format: 'webp',
    })
    expect(parametersOf({ version: 2, format: 'webp' }, versions).width).toBe('1600')
  })
  it('is told in numbers', () => {
    expect([750, 1500, 1001].map((bytes) => differenceOf(1000, bytes))).toEqual([-25, 50, 0])
  })
})
