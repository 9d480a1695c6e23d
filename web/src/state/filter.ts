import type { ImageQuery } from '@rendition/client'
import type { Image, ImageSort } from '@rendition/contract'
import { useMemo } from 'react'
import { useSearchParams } from 'wouter'

export const visibilities = ['all', 'private', 'public'] as const
export const sorts = ['newest', 'oldest', 'name', 'size'] as const satisfies readonly ImageSort[]

/** What the gallery shows. It lives in the page's address, so it survives a reload and can be sent to somebody. */
export interface GalleryFilter {
  q: string
  tag: string
  visibility: (typeof visibilities)[number]
  sort: (typeof sorts)[number]
}

export const noFilter: GalleryFilter = { q: '', tag: '', visibility: 'all', sort: 'newest' }

function oneOf<T extends string>(allowed: readonly T[], text: string | null, fallback: T): T {
  return allowed.find((value) => value === text) ?? fallback
}

export function parseFilter(search: URLSearchParams): GalleryFilter {
  return {
    q: search.get('q') ?? '',
    tag: search.get('tag') ?? '',
    visibility: oneOf(visibilities, search.get('visibility'), 'all'),
    sort: oneOf(sorts, search.get('sort'), 'newest'),
  }
}

/** The query string, with what is not at its default. */
export function formatFilter(filter: GalleryFilter): string {
  const search = new URLSearchParams()
  for (const name of ['q', 'tag', 'visibility', 'sort'] as const) {
    if (filter[name] !== noFilter[name]) search.set(name, filter[name])
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

export function queryOf({ q, tag, visibility, sort }: GalleryFilter): ImageQuery {
  const query: ImageQuery = { sort }
  if (q !== '') query.q = q
  if (tag !== '') query.tag = tag
  if (visibility !== 'all') query.visibility = visibility
  return query
}

export function isFiltering({ q, tag, visibility }: GalleryFilter): boolean {
  return q !== '' || tag !== '' || visibility !== 'all'
}

/** Whether an image belongs into a list with this filter, as the service would decide. */
export function matches({ q, tag, visibility }: GalleryFilter, image: Image): boolean {
  if (image.trashedAt || image.archived) return false
  if (q !== '' && !image.originalName.toLowerCase().includes(q.toLowerCase())) return false
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
