import type { Image } from '@rendition/contract'
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../session/client.ts'
import { type GalleryFilter, queryOf } from './filter.ts'
import { findImage, imageKey, listKey } from './image-cache.ts'

/** About three screens of a desktop. */
const pageSize = 60

/** The gallery's list. Events keep it up to date, so it is not fetched again by itself. */
export function useImages(filter: GalleryFilter) {
  return useInfiniteQuery({
    queryKey: listKey(filter),
    queryFn: ({ pageParam, signal }) => {
      const query = { ...queryOf(filter), limit: pageSize }
      return client.images.list(pageParam === undefined ? query : { ...query, cursor: pageParam }, { signal })
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })
}

/** One image, at once when a list has it. */
export function useImage(id: string) {
  const cache = useQueryClient()
  return useQuery({
    queryKey: imageKey(id),
    queryFn: ({ signal }) => client.images.get(id, { signal }),
    initialData: (): Image | undefined => findImage(cache, id),
    staleTime: 60_000,
  })
}
