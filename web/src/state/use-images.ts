import { isProblem } from '@rendition/client'
import type { Image } from '@rendition/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useAccount } from './account-scope.tsx'
import { type GalleryFilter, isWholeAlbum, queryOf } from './filter.ts'
import { type ImagePages, matchingPages } from './image-cache.ts'
import { keys } from './query-cache.ts'

/** About three screens of a desktop, and then as many as one answer holds: whoever goes on goes far. */
const firstPageSize = 60
const furtherPageSize = 200

/**
 * The gallery's list. Events keep it up to date, so it is not fetched again by itself. The query is handed on whole:
 * it notices what is read of it, and spread out everything would be.
 */
export function useImages(filter: GalleryFilter) {
  const { client, seen } = useAccount()
  const query = useInfiniteQuery({
    queryKey: keys.list(filter),
    queryFn: ({ pageParam, signal }) => {
      const ask = (page: { limit: number; cursor?: string }) =>
        isWholeAlbum(filter)
          ? client.albums.images(filter.album, page, { signal })
          : client.images.list({ ...queryOf(filter), ...page }, { signal })
      if (pageParam !== undefined) return ask({ limit: furtherPageSize, cursor: pageParam })
      return seen.or(keys.list(filter), () => ask({ limit: firstPageSize }))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: 60_000,
    // Until the list comes: what of the one before belongs to it.
    placeholderData: (before: ImagePages | undefined, query) =>
      before && query && matchingPages(before, query.queryKey[1], filter),
  })
  const images = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  return { query, images }
}

/** Fetches page after page of a list as long as more is wanted; after a failure only when asked again. */
export function useFurtherPages({ query }: ReturnType<typeof useImages>, wanted: boolean): void {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  const go = wanted && hasNextPage && !isFetchingNextPage && !isFetchNextPageError
  useEffect(() => {
    if (go) void fetchNextPage()
  }, [go, fetchNextPage])
}

/** The photo that has the same bytes and was here before; undefined where there is none, or nobody asks. */
export function useTwin(image: Image | undefined): Image | undefined {
  const { client } = useAccount()
  const sha256 = image?.sha256 ?? ''
  const { data } = useQuery({
    queryKey: keys.sameBytes(sha256),
    queryFn: ({ signal }) => client.images.list({ sha256, sort: 'oldest', limit: 1 }, { signal }),
    enabled: sha256 !== '',
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [first] = data?.items ?? []
  // Ids are UUIDv7, which sort by time.
  return first !== undefined && image !== undefined && first.id < image.id ? first : undefined
}

/** One image, at once when a list has it; none once the service has said that it is gone. */
export function useImage(id: string) {
  const { client, images, seen } = useAccount()
  const { data, error, refetch } = useQuery({
    queryKey: keys.image(id),
    queryFn: ({ signal }) => seen.or(keys.image(id), () => client.images.get(id, { signal })),
    initialData: (): Image | undefined => images.find(id),
    staleTime: 60_000,
  })
  return { data: isProblem(error, 'not_found') ? undefined : data, error, refetch }
}
