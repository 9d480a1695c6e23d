import type { Image } from '@rendition/contract'
import { expect, it } from 'vitest'
import { noFilter } from '../state/filter.ts'
import { needsMore } from './needs-more.ts'

const image = (id: string) => ({ id, originalName: id, tags: [], visibility: 'private' }) as unknown as Image
const ids = (text: string) => [...text].map(image)

it.each([
  ['in the middle', 'dcba', 'c', 'newest', false],
  ['near the end', 'dcba', 'b', 'newest', true],
  ['further down than what is loaded', 'dcb', 'a', 'newest', true],
  ['newer than the list', 'dcb', 'e', 'newest', false],
  ['gone from between', 'db', 'c', 'newest', false],
  ['further down, oldest first', 'abc', 'd', 'oldest', true],
  ['gone from between, oldest first', 'ac', 'b', 'oldest', false],
  ['anywhere in another order', 'bca', 'd', 'name', true],
  ['in a list that has not come', '', 'a', 'newest', false],
] as const)('the neighbours of a photo %s', (_where, loaded, id, sort, more) => {
  expect(needsMore(ids(loaded), image(id), { ...noFilter, sort })).toBe(more)
})

it('nothing is looked for in a list that the photo does not belong to', () => {
  expect(needsMore(ids('dc'), image('a'), { ...noFilter, visibility: 'public' })).toBe(false)
})
