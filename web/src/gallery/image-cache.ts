import type { Image, Page } from '@rendition/contract'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { type GalleryFilter, matches } from './filter.ts'

/** Everything known of the account's images lives in the query cache, under these two keys. */
export const listKey = (filter: GalleryFilter) => ['images', filter] as const
export const imageKey = (id: string) => ['image', id] as const

export type ImagePages = InfiniteData<Page<Image>, string | undefined>

const allLists = { queryKey: ['images'] } as const

/**
 * Shows an image as it is now wherever it is shown, and adds a new one where it belongs. Gives the image as it is
 * known afterwards: the answer to an upload may arrive behind the event that says it is complete.
 */
export function putImage(cache: QueryClient, image: Image): Image {
  const known = cache.getQueryData<Image>(imageKey(image.id))
  if (known !== undefined && known.version === image.version && isSettled(known) && !isSettled(image))
    return known
  cache.setQueryData(imageKey(image.id), image)
  for (const [key, pages] of cache.getQueriesData<ImagePages>(allLists)) {
    if (pages === undefined) continue
    const filter = key[1] as GalleryFilter
    const next = withImage(pages, image, filter)
    if (next === null) void cache.invalidateQueries({ queryKey: key })
    else if (next !== pages) cache.setQueryData(key, next)
  }
  return image
}

export function dropImages(cache: QueryClient, ids: ReadonlySet<string>): void {
  for (const id of ids) cache.removeQueries({ queryKey: imageKey(id) })
  cache.setQueriesData<ImagePages>(allLists, (pages) => pages && withoutImages(pages, ids))
}

/** The image as some list or the viewer last saw it. */
export function findImage(cache: QueryClient, id: string): Image | undefined {
  const known = cache.getQueryData<Image>(imageKey(id))
  if (known !== undefined) return known
  for (const [, pages] of cache.getQueriesData<ImagePages>(allLists)) {
    for (const page of pages?.pages ?? []) {
      const found = page.items.find((image) => image.id === id)
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** Images whose renditions are still being made, as far as the lists know. */
export function unsettledIds(cache: QueryClient): string[] {
  const ids = new Set<string>()
  for (const [, pages] of cache.getQueriesData<ImagePages>(allLists)) {
    for (const image of pages?.pages.flatMap((page) => page.items) ?? []) {
      if (!isSettled(image)) ids.add(image.id)
    }
  }
  return [...ids]
}

export function isSettled({ status }: Pick<Image, 'status'>): boolean {
  return status === 'complete' || status === 'failed'
}

/** null when only the service can say where the image belongs. */
export function withImage(pages: ImagePages, image: Image, filter: GalleryFilter): ImagePages | null {
  const known = pages.pages.some((page) => page.items.some(({ id }) => id === image.id))
  if (known) {
    if (!matches(filter, image)) return withoutImages(pages, new Set([image.id]))
    return mapItems(pages, (items) => items.map((item) => (item.id === image.id ? image : item)))
  }
  if (!matches(filter, image)) return pages
  if (filter.sort !== 'newest') return null
  const first = pages.pages[0]
  const newest = first?.items[0]
  if (first === undefined) return null
  // Ids are UUIDv7, which sort by time: an older image belongs to a page that may not be loaded yet.
  if (newest !== undefined && image.id < newest.id) return insertByTime(pages, image)
  const [, ...others] = pages.pages
  return { ...pages, pages: [{ ...first, items: [image, ...first.items] }, ...others] }
}

/** Uploads that run side by side are not answered in the order of their ids. */
function insertByTime(pages: ImagePages, image: Image): ImagePages {
  const last = pages.pages.length - 1
  let placed = false
  return {
    ...pages,
    pages: pages.pages.map((page, index) => {
      const { items, nextCursor } = page
      const older = items.findIndex(({ id }) => id < image.id)
      const at = older === -1 && index === last && nextCursor === null ? items.length : older
      if (placed || at === -1) return page
      placed = true
      return { ...page, items: items.toSpliced(at, 0, image) }
    }),
  }
}

export function withoutImages(pages: ImagePages, ids: ReadonlySet<string>): ImagePages {
  return mapItems(pages, (items) => {
    const left = items.filter(({ id }) => !ids.has(id))
    return left.length === items.length ? items : left
  })
}

function mapItems(pages: ImagePages, change: (items: Image[]) => Image[]): ImagePages {
  return {
    ...pages,
    pages: pages.pages.map((page) => {
      const items = change(page.items)
      return items === page.items ? page : { ...page, items }
    }),
  }
}
