import type { ImageQuery } from '@rendition/client'
import type { Image, ImageSort, SavedSearch } from '@rendition/contract'
import { useMemo } from 'react'
import { useSearchParams } from 'wouter'

export const visibilities = ['all', 'private', 'public'] as const
export const views = ['photos', 'favourites', 'archive', 'trash'] as const
export const sorts = ['newest', 'taken', 'oldest', 'name', 'size'] as const satisfies readonly ImageSort[]

/** What the gallery shows. It lives in the page's address, so it survives a reload and can be sent to somebody. */
export interface GalleryFilter {
  view: (typeof views)[number]
  /** Of this album alone; empty for the whole library. */
  album: string
  q: string
  tag: string
  visibility: (typeof visibilities)[number]
  sort: (typeof sorts)[number]
  /** In the order of when they were taken: this month (`2024-05`) and what is older; empty for all. */
  from: string
}

export const noFilter: GalleryFilter = {
  view: 'photos',
  album: '',
  q: '',
  tag: '',
  visibility: 'all',
  sort: 'newest',
  from: '',
}

/** What a saved search shows, wherever it is chosen. */
export const filterOfSaved = ({ q, sort }: Pick<SavedSearch, 'q' | 'sort'>): GalleryFilter => ({
  ...noFilter,
  q,
  // Of the orders that there are, the page offers some.
  sort: sorts.find((one) => one === sort) ?? noFilter.sort,
})

const monthPattern = /^\d{4}-(0[1-9]|1[0-2])$/

function oneOf<T extends string>(allowed: readonly T[], text: string | null, fallback: T): T {
  return allowed.find((value) => value === text) ?? fallback
}

export function parseFilter(search: URLSearchParams): GalleryFilter {
  const from = search.get('from') ?? ''
  const sort = oneOf(sorts, search.get('sort'), 'newest')
  return {
    view: oneOf(views, search.get('view'), 'photos'),
    album: search.get('album') ?? '',
    q: search.get('q') ?? '',
    tag: search.get('tag') ?? '',
    visibility: oneOf(visibilities, search.get('visibility'), 'all'),
    sort,
    from: sort === 'taken' && monthPattern.test(from) ? from : '',
  }
}

/** The query string, with what is not at its default. */
export function formatFilter(filter: GalleryFilter): string {
  const search = new URLSearchParams()
  for (const name of ['view', 'album', 'q', 'tag', 'visibility', 'sort', 'from'] as const) {
    if (name === 'from' && filter.sort !== 'taken') continue
    if (filter[name] !== noFilter[name]) search.set(name, filter[name])
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

export function queryOf({ view, album, q, tag, visibility, sort, from }: GalleryFilter): ImageQuery {
  const query: ImageQuery = { sort }
  if (view === 'favourites') query.favourite = true
  if (view === 'archive') query.archived = 'true'
  if (view === 'trash') query.trashed = true
  if (album !== '') query.album = album
  const until = from === '' ? '' : `before:${monthAfter(from)}`
  if (q !== '' || until !== '') query.q = `${q} ${until}`.trim()
  if (tag !== '') query.tag = tag
  if (visibility !== 'all') query.visibility = visibility
  return query
}

/** What a change of many means by the same filter. */
export function bulkQueryOf(filter: GalleryFilter): Omit<ImageQuery, 'sort' | 'limit' | 'cursor'> {
  const { sort: _, ...query } = queryOf(filter)
  return query
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 12 ? `${year + 1}-01` : `${month.slice(0, 5)}${String(number + 1).padStart(2, '0')}`
}

/** When a picture was taken, or else uploaded: what the service sorts and counts by. */
export const datedAt = ({ metadata, uploadedAt }: Pick<Image, 'metadata' | 'uploadedAt'>): string =>
  metadata?.takenAt ?? uploadedAt

/** An album as its owner ordered it. */
export const isWholeAlbum = (filter: GalleryFilter): boolean =>
  filter.album !== '' && filter.sort === 'newest' && !isFiltering(filter)

export function isFiltering({ q, tag, visibility }: GalleryFilter): boolean {
  return q !== '' || tag !== '' || visibility !== 'all'
}

/** Whether an image belongs into a list with this filter for certain: what else a search finds, the service alone knows. */
export function matches(filter: GalleryFilter, image: Image): boolean {
  return mayMatch(filter, image) && (filter.q === '' || isNamed(image, filter.q))
}

/** Words that all stand in the name; anything with a sign may be of the grammar. */
function isNamed({ originalName }: Image, q: string): boolean {
  const name = originalName.toLowerCase()
  if (!/^[\p{L}\p{N}][\p{L}\p{N}\s_.-]*$/u.test(q)) return false
  return q
    .toLowerCase()
    .split(/[\s_.-]+/)
    .every((word) => name.includes(word))
}

/** Whether an image may belong into a list with this filter, whatever is searched. */
export function mayMatch({ view, album, q, tag, visibility, from }: GalleryFilter, image: Image): boolean {
  if (Boolean(image.trashedAt) !== (view === 'trash')) return false
  // Whether it is in the album nobody here knows; and a search may ask for what is archived.
  const wanted =
    (view !== 'photos' && view !== 'favourites') ||
    album !== '' ||
    /(?:^|\s)(?:is:"?archived|album:)/i.test(q)
  if (image.archived && !wanted) return false
  if (view === 'favourites' && !image.favourite) return false
  if (view === 'archive' && !image.archived) return false
  if (from !== '' && datedAt(image).slice(0, 7) > from) return false
  if (tag !== '' && !image.tags.includes(tag)) return false
  return visibility === 'all' || image.visibility === visibility
}

export function useFilter(): [GalleryFilter, (change: Partial<GalleryFilter>) => void] {
  const [search, setSearch] = useSearchParams()
  const filter = useMemo(() => parseFilter(search), [search])
  const change = (part: Partial<GalleryFilter>): void => {
    setSearch(new URLSearchParams(formatFilter({ ...filter, ...part })), { replace: true })
  }
  return [filter, change]
}
