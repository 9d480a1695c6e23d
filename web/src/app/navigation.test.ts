import { expect, it } from 'vitest'
import { noFilter } from '../state/filter.ts'
import { entries, isCurrent } from './navigation.ts'

const at = (path: string, filter = {}) =>
  entries
    .filter((entry) => isCurrent(entry, { path, filter: { ...noFilter, ...filter } }))
    .map(({ label }) => label)

it.each([
  ['/', {}, 'Photos'],
  ['/photos/1', {}, 'Photos'],
  ['/', { q: 'sea' }, 'Photos'],
  ['/', { view: 'favourites' }, 'Favourites'],
  ['/photos/1', { view: 'trash' }, 'Trash'],
  ['/', { view: 'archive' }, 'place|Archive'],
  ['/', { album: '1' }, 'Albums'],
  ['/albums', {}, 'Albums'],
  ['/duplicates', {}, 'Duplicates'],
  ['/console/jobs', {}, 'Jobs'],
])('at %s with %o it is %s alone', (path, filter, label) => {
  expect(at(path, filter)).toEqual([label])
})

it('each leads somewhere else', () => {
  expect(new Set(entries.map(({ path }) => path)).size).toBe(entries.length)
})
