import type { Image, Page } from '@rendition/contract'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { type GalleryFilter, matches, mayMatch } from './filter.ts'
import { keys } from './query-cache.ts'

export type ImagePages = InfiniteData<Page<Image>, string | undefined>

/** All that the page knows of the account's images. The one way to change it: lists and viewer show what is put here. */
export interface ImageCache {
  /**
   * Shows an image as it is now wherever it is shown, and adds a new one where it belongs. Gives the image as it is
   * known afterwards: the answer to an upload may arrive behind the event that says it is complete.
   */
  put(image: Image): Image
  /** Takes images off everything that shows them. */
  drop(ids: ReadonlySet<string>): void
  /** Takes images off the lists they left by going into the trash or out of it. Where they are now events may have told already. */
  move(ids: ReadonlySet<string>, into: 'trash' | 'library'): void
  /** The image as some list or the viewer last saw it. */
  find(id: string): Image | undefined
  /** Images whose renditions are still being made, as far as the lists know. */
  unsettledIds(): string[]
  /** Asks for albums and their lists anew: which images are in them is told by no image. */
  refreshAlbums(): void
  /** Asks for the groups of duplicates anew: which images are in them is told by no image either. */
  refreshDuplicates(): void
  /** Asks for the lists anew: something was missed. */
  refresh(): void
}

/** Between an event and the question for the groups of duplicates, which costs the service more than others. */
const duplicatesMs = 1_000
/** Between an event and the question how many there are of each tag and month: of a change of many, each has an event. */
const countMs = 1_000

/** `forget` hears of images that are no more. */
export function createImageCache(
  queries: QueryClient,
  forget: (ids: ReadonlySet<string>) => void = () => {},
): ImageCache {
  const allLists = { queryKey: keys.allLists }
  const lists = () => queries.getQueriesData<ImagePages>(allLists)
  const known = (id: string) => queries.getQueryData<Image>(keys.image(id))
  const countAnew = () => void queries.invalidateQueries({ queryKey: keys.allFacets })
  let counting: ReturnType<typeof setTimeout> | undefined
  const countSoon = () => {
    if (counting !== undefined) return
    counting = setTimeout(() => {
      counting = undefined
      countAnew()
    }, countMs)
  }
  let askingForDuplicates: ReturnType<typeof setTimeout> | undefined
  const inLists = (): Image[] =>
    lists().flatMap(([, pages]) => pages?.pages.flatMap(({ items }) => items) ?? [])
  const find = (id: string) => known(id) ?? inLists().find((image) => image.id === id)

  return {
    put(image) {
      const before = known(image.id)
      if (before !== undefined && before.version === image.version && isSettled(before) && !isSettled(image))
        return before
      // A tag that was just given is suggested to who searches for it.
      if (String((before ?? find(image.id))?.tags) !== String(image.tags)) countSoon()
      queries.setQueryData(keys.image(image.id), image)
      for (const [key, pages] of lists()) {
        if (pages === undefined) continue
        const filter = key[1] as GalleryFilter
        const next = withImage(pages, image, filter)
        if (next === null) void queries.invalidateQueries({ queryKey: key })
        else if (next !== pages) queries.setQueryData(key, next)
      }
      return image
    },
    drop(ids) {
      for (const id of ids) {
        queries.removeQueries({ queryKey: keys.image(id), type: 'inactive' })
        // What is looked at is asked for, and is then said to be gone.
        void queries.invalidateQueries({ queryKey: keys.image(id) })
      }
      queries.setQueriesData<ImagePages>(allLists, (pages) => pages && withoutImages(pages, ids))
      countAnew()
      forget(ids)
    },
    move(ids, into) {
      for (const [key, pages] of lists()) {
        const isThere = ((key[1] as GalleryFilter).view === 'trash') === (into === 'trash')
        if (pages !== undefined && !isThere) queries.setQueryData(key, withoutImages(pages, ids))
      }
      for (const id of ids) void queries.invalidateQueries({ queryKey: keys.image(id) })
      countAnew()
    },
    find,
    unsettledIds: () => [...new Set(inLists().flatMap((image) => (isSettled(image) ? [] : [image.id])))],
    refreshAlbums() {
      void queries.invalidateQueries({ queryKey: keys.albums })
      void queries.invalidateQueries({
        ...allLists,
        predicate: ({ queryKey }) => (queryKey[1] as GalleryFilter | undefined)?.album !== '',
      })
    },
    refreshDuplicates() {
      // Of many at once, as when the trash is emptied, each has an event.
      if (askingForDuplicates !== undefined) return
      askingForDuplicates = setTimeout(() => {
        askingForDuplicates = undefined
        void queries.invalidateQueries({ queryKey: keys.duplicates })
      }, duplicatesMs)
    },
    refresh() {
      void queries.invalidateQueries({ queryKey: keys.duplicates })
      void queries.invalidateQueries({ queryKey: keys.albums })
      void queries.invalidateQueries(allLists)
      countAnew()
    },
  }
}

export function isSettled({ status }: Pick<Image, 'status'>): boolean {
  return status === 'complete' || status === 'failed'
}

/**
 * What of one list belongs to another, to be shown until that has come; undefined when nothing does, or in another order.
 * It is not all of it, so nothing can be loaded after it.
 */
export function matchingPages(
  before: ImagePages,
  filterBefore: GalleryFilter,
  filter: GalleryFilter,
): ImagePages | undefined {
  if (filterBefore.sort !== filter.sort) return undefined
  // What is in an album is not told by its images.
  if (filter.album !== '' && filterBefore.album !== filter.album) return undefined
  const pages = before.pages
    .map(({ items }) => ({ items: items.filter((image) => matches(filter, image)), nextCursor: null }))
    .filter(({ items }) => items.length > 0)
  return pages.length === 0 ? undefined : { pages, pageParams: pages.map(() => undefined) }
}

/** null when only the service can say where the image belongs. */
export function withImage(pages: ImagePages, image: Image, filter: GalleryFilter): ImagePages | null {
  const known = pages.pages.some((page) => page.items.some(({ id }) => id === image.id))
  if (known) {
    if (!mayMatch(filter, image)) return withoutImages(pages, new Set([image.id]))
    // Pages without it stay the same, and what is laid out of them.
    return mapItems(pages, (items) =>
      items.some(({ id }) => id === image.id)
        ? items.map((item) => (item.id === image.id ? image : item))
        : items,
    )
  }
  if (!matches(filter, image) || filter.album !== '') return pages
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
