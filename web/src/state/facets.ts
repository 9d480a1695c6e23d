import type { ImageFacets } from '@rendition/contract'
import { useQuery } from '@tanstack/react-query'
import { useAccount } from './account-scope.tsx'
import { bulkQueryOf, type GalleryFilter } from './filter.ts'
import { keys } from './query-cache.ts'

const freshMs = 30_000

/** How many images a list holds, by month, camera, type and tag; undefined until known, or where nobody asks. */
export function useFacets(filter: GalleryFilter, wanted = true): ImageFacets | undefined {
  const { client } = useAccount()
  const query = bulkQueryOf(filter)
  return useQuery({
    queryKey: keys.facets(query),
    queryFn: ({ signal }) => client.images.facets(query, { signal }),
    staleTime: freshMs,
    enabled: wanted,
    placeholderData: (before) => before,
  }).data
}

/** How many images a list holds at this moment, for who is asked whether to change them all; undefined while it is counted. */
export function useExactTotal(filter: GalleryFilter, wanted: boolean): number | undefined {
  const { client } = useAccount()
  const query = bulkQueryOf(filter)
  const { data, isFetching, isError } = useQuery({
    queryKey: keys.facets(query),
    queryFn: ({ signal }) => client.images.facets(query, { signal }),
    staleTime: 0,
    enabled: wanted,
  })
  return !isFetching && !isError && data?.complete === true ? data.total : undefined
}

/** The tags that begin so, the most used first. */
export function useTagsBeginning(tagPrefix: string, wanted: boolean): readonly string[] {
  const { client } = useAccount()
  const { data } = useQuery({
    queryKey: keys.facets({ tagPrefix }),
    queryFn: ({ signal }) => client.images.facets({ tagPrefix }, { signal }),
    staleTime: freshMs,
    enabled: wanted,
    placeholderData: (before) => before,
  })
  return data?.tags.map(({ value }) => value) ?? []
}
