import type { Image } from '@rendition/contract'
import { expect, it } from 'vitest'
import {
  formatFilter,
  type GalleryFilter,
  isFiltering,
  mayMatch,
  noFilter,
  parseFilter,
  queryOf,
} from './filter.ts'

const all: GalleryFilter = {
  ...noFilter,
  q: 'sea & sky',
  tag: 'sommer 24',
  visibility: 'public',
  sort: 'name',
}

it.each([noFilter, all, { ...noFilter, sort: 'oldest' as const }, { ...noFilter, q: '?' }])(
  'is the same after a way through the address: %o',
  (filter) => {
    expect(parseFilter(new URLSearchParams(formatFilter(filter)))).toEqual(filter)
  },
)

it('is nothing in the address, and asks for nothing, unless something is chosen', () => {
  expect(formatFilter(noFilter)).toBe('')
  expect(queryOf(noFilter)).toEqual({ sort: 'newest' })
  expect(queryOf(all)).toEqual({ q: 'sea & sky', tag: 'sommer 24', visibility: 'public', sort: 'name' })
})

it('takes what an address makes up for what is usual', () => {
  expect(parseFilter(new URLSearchParams('sort=upside-down&visibility=x'))).toEqual(noFilter)
})

it('narrows down by anything but the order', () => {
  expect(isFiltering({ ...noFilter, sort: 'size' })).toBe(false)
  for (const part of [{ q: 'a' }, { tag: 'a' }, { visibility: 'private' as const }]) {
    expect(isFiltering({ ...noFilter, ...part })).toBe(true)
  }
})

it('keeps what is archived in a list whose search may ask for it', () => {
  const archived = {
    originalName: 'sea.jpg',
    visibility: 'private',
    tags: [],
    archived: true,
    trashedAt: null,
  } as unknown as Image
  expect(mayMatch(noFilter, archived)).toBe(false)
  expect(mayMatch({ ...noFilter, q: 'sea' }, archived)).toBe(false)
  for (const q of ['is:archived', 'sea is:"archived"', 'album:Hills'])
    expect(mayMatch({ ...noFilter, q }, archived)).toBe(true)
  const archive = { ...noFilter, view: 'archive' as const }
  expect(queryOf(archive)).toEqual({ sort: 'newest', archived: 'true' })
  expect(mayMatch(archive, archived)).toBe(true)
  expect(mayMatch(archive, { ...archived, archived: false })).toBe(false)
})
