import type { Image } from '@rendition/contract'
import { describe, expect, it } from 'vitest'
import type { ImagePages } from './image-cache.ts'
import { movedBefore, stepOf } from './moved-before.ts'

const list = (...pages: string[]): ImagePages => ({
  pages: pages.map((ids) => ({ items: [...ids].map((id) => ({ id }) as Image), nextCursor: null })),
  pageParams: pages.map(() => undefined),
})
const ids = (pages: ImagePages) => pages.pages.map(({ items }) => items.map(({ id }) => id).join(''))

describe('an album that is put in order', () => {
  it.each([
    ['b', 'd', ['ac', 'bdef']],
    ['eb', 'a', ['beac', 'df']],
    ['ad', null, ['bc', 'efad']],
  ])('has %s in front of %s', (moved, before, expected) => {
    expect(ids(movedBefore(list('abc', 'def'), new Set(moved), before))).toEqual(expected)
  })

  it.each([
    ['b', 1, 'd'],
    ['b', -1, 'a'],
    ['c', 1, null],
    ['d', 1, undefined],
    ['a', -1, undefined],
    ['bc', 1, null],
    ['x', 1, undefined],
  ] as const)('has %s go %s step, in front of %s', (moved, direction, before) => {
    expect(stepOf([...'abcd'], new Set(moved), direction)).toBe(before)
  })
})
