import type { Image } from '@rendition/contract'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { describe, expect, it, vi } from 'vitest'
import { type GalleryFilter, noFilter } from './filter.ts'
import { createImageCache, type ImagePages, matchingPages, withImage } from './image-cache.ts'
import { keys } from './query-cache.ts'

/** Ids sort by number, as UUIDv7 sort by time. */
const image = (n: number, part: Partial<Image> = {}): Image => ({
  id: `id-${String(n).padStart(4, '0')}`,
  originalName: `photo-${n}.jpg`,
  status: 'complete',
  visibility: 'private',
  publicOriginal: 'cleaned',
  contentType: 'image/jpeg',
  width: 3,
  height: 2,
  size: 1,
  sha256: '',
  orientation: 1,
  palette: [],
  metadata: null,
  sizes: {},
  placeholder: null,
  focalPoint: null,
  altText: null,
  tags: [],
  favourite: false,
  rating: 0,
  archived: false,
  trashedAt: null,
  version: 1,
  jobId: null,
  uploadedAt: '',
  processedAt: null,
  errorMessage: null,
  ...part,
})

const list = (pages: number[][], more = false): ImagePages => ({
  pageParams: pages.map(() => undefined),
  pages: pages.map((numbers, index) => ({
    items: numbers.map((n) => image(n)),
    nextCursor: index < pages.length - 1 || more ? `after-${index}` : null,
  })),
})
const order = (pages: ImagePages | null | undefined) =>
  pages?.pages.map(({ items }) => items.map(({ id }) => Number(id.slice(3))))

describe('the list of images', () => {
  it.each<[string, number[][], boolean, number, number[][]]>([
    ['the newest first', [[3, 1]], false, 5, [[5, 3, 1]]],
    ['into an empty list', [[]], false, 5, [[5]]],
    [
      'one answered late between its neighbours',
      [[5, 3], [1]],
      false,
      2,
      [
        [5, 3],
        [2, 1],
      ],
    ],
    ['the oldest of uploads side by side at the end', [[5, 3]], false, 1, [[5, 3, 1]]],
    ['nothing that belongs to a page not loaded yet', [[5, 3]], true, 1, [[5, 3]]],
  ])('puts %s', (_, before, more, added, after) => {
    expect(order(withImage(list(before, more), image(added), noFilter))).toEqual(after)
  })

  it('leaves to the service where an image belongs in another order', () => {
    expect(withImage(list([[1]]), image(2), { ...noFilter, sort: 'name' })).toBeNull()
  })

  it('keeps out, and takes out, what does not match the filter', () => {
    const onlyPublic: GalleryFilter = { ...noFilter, visibility: 'public' }
    expect(order(withImage(list([[1]]), image(2), onlyPublic))).toEqual([[1]])
    expect(order(withImage(list([[2, 1]]), image(2), onlyPublic))).toEqual([[1]])
    const search: GalleryFilter = { ...noFilter, q: 'PHOTO-2', tag: 'sea' }
    expect(order(withImage(list([[1]]), image(2, { tags: ['sea'] }), search))).toEqual([[2, 1]])
  })

  it('has what of it belongs to another list, with nothing to be loaded after it', () => {
    const before = list([[3, 2], [1]], true)
    const narrower: GalleryFilter = { ...noFilter, q: 'PHOTO-1' }
    const now = matchingPages(before, noFilter, narrower)
    expect(order(now)).toEqual([[1]])
    expect(now?.pages.map(({ nextCursor }) => nextCursor)).toEqual([null])
    expect(matchingPages(before, noFilter, { ...noFilter, tag: 'sea' })).toBeUndefined()
    expect(matchingPages(before, noFilter, { ...narrower, sort: 'name' })).toBeUndefined()
  })

  it('does not let a late answer undo what an event told', () => {
    const queries = new QueryClient()
    const cache = createImageCache(queries)
    queries.setQueryData(keys.list(noFilter), list([[1]]))
    cache.put(image(2))
    expect(cache.put(image(2, { status: 'pending' })).status).toBe('complete')
    expect(cache.find('id-0002')?.status).toBe('complete')
    // A new version starts over.
    expect(cache.put(image(2, { status: 'pending', version: 2 })).status).toBe('pending')
    expect(cache.unsettledIds()).toEqual(['id-0002'])
  })

  it('forgets what is deleted, everywhere', () => {
    const queries = new QueryClient()
    const cache = createImageCache(queries)
    queries.setQueryData(keys.list(noFilter), list([[3, 2], [1]]))
    cache.put(image(2))
    cache.drop(new Set(['id-0002', 'id-0001']))
    expect(order(queries.getQueryData(keys.list(noFilter)))).toEqual([[3], []])
    expect(cache.find('id-0002')).toBeUndefined()
  })

  it.each(['event', 'answer'])('shows in the trash what went there, told first by the %s', (first) => {
    const queries = new QueryClient()
    const cache = createImageCache(queries)
    const trash: GalleryFilter = { ...noFilter, view: 'trash' }
    queries.setQueryData(keys.list(noFilter), list([[2, 1]]))
    queries.setQueryData(keys.list(trash), list([[]]))
    const told = {
      event: () => cache.put(image(2, { trashedAt: '2026-01-01T00:00:00.000Z' })),
      answer: () => cache.move(new Set(['id-0002']), 'trash'),
    }
    for (const tell of first === 'event' ? [told.event, told.answer] : [told.answer, told.event]) tell()
    expect(order(queries.getQueryData(keys.list(noFilter)))).toEqual([[1]])
    expect(order(queries.getQueryData(keys.list(trash)))).toEqual([[2]])
    cache.put(image(2))
    cache.move(new Set(['id-0002']), 'library')
    expect(order(queries.getQueryData(keys.list(noFilter)))).toEqual([[2, 1]])
    expect(order(queries.getQueryData(keys.list(trash)))).toEqual([[]])
  })

  it('leaves pages alone that do not hold what changed, so that nothing of them is laid out anew', () => {
    const before = list([
      [4, 3],
      [2, 1],
    ])
    const after = withImage(before, image(1, { favourite: true }), noFilter)
    expect(after?.pages[0]).toBe(before.pages[0])
    expect(after?.pages[1]?.items.map(({ favourite }) => favourite)).toEqual([false, true])
  })

  it('asks once for the groups of duplicates after many images went', () => {
    vi.useFakeTimers()
    const queries = new QueryClient()
    const ask = vi.spyOn(queries, 'invalidateQueries')
    const cache = createImageCache(queries)
    for (let n = 0; n < 20; n++) cache.refreshDuplicates()
    vi.runAllTimers()
    expect(ask.mock.calls).toEqual([[{ queryKey: keys.duplicates }]])
    cache.refreshDuplicates()
    vi.runAllTimers()
    expect(ask).toHaveBeenCalledTimes(2)
    vi.useRealTimers()
  })
})

describe('an image that is deleted for good', () => {
  it('is asked for where it is looked at, which is then told that it is gone, and forgotten elsewhere', async () => {
    const queries = new QueryClient()
    const cache = createImageCache(queries)
    const [looked, other] = [image(1), image(2)]
    for (const one of [looked, other]) queries.setQueryData(keys.image(one.id), one)
    const ask = vi.fn(() => Promise.reject(new Error('gone')))
    const options = { queryKey: keys.image(looked.id), queryFn: ask, retry: false, staleTime: 60_000 }
    const end = new QueryObserver(queries, options).subscribe(() => {})
    cache.drop(new Set([looked.id, other.id]))
    await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(1))
    expect(queries.getQueryData(keys.image(other.id))).toBeUndefined()
    end()
  })
})

it('counts anew, once, where tags were given: what is suggested to a search has them', () => {
  vi.useFakeTimers()
  const queries = new QueryClient()
  const asked = vi.spyOn(queries, 'invalidateQueries').mockResolvedValue()
  const cache = createImageCache(queries)
  for (const n of [1, 2, 3]) queries.setQueryData(keys.image(image(n).id), image(n))
  cache.put(image(1, { rating: 3 }))
  vi.runAllTimers()
  const counted = () => asked.mock.calls.filter(([filters]) => filters?.queryKey === keys.allFacets)
  expect(counted()).toHaveLength(0)
  for (const n of [1, 2, 3]) cache.put(image(n, { tags: ['harbour'] }))
  vi.runAllTimers()
  expect(counted()).toHaveLength(1)
  vi.useRealTimers()
})
