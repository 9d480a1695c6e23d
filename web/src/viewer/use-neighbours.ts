import type { Image } from '@rendition/contract'
import { useEffect, useMemo } from 'react'
import type { GalleryFilter } from '../gallery/filter.ts'
import { useImages } from '../gallery/use-images.ts'
import { defaultSize } from './sizes.ts'

export interface Neighbours {
  previous: Image | undefined
  next: Image | undefined
}

/** What lies before and after an image in the list it was opened from. Their pictures are fetched ahead. */
export function useNeighbours(id: string, filter: GalleryFilter): Neighbours {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useImages(filter)
  const images = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data])
  const at = images.findIndex((image) => image.id === id)
  const previous = at === -1 ? undefined : images[at - 1]
  const next = at === -1 ? undefined : images[at + 1]

  useEffect(() => {
    if (at >= images.length - 2 && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [at, images.length, hasNextPage, isFetchingNextPage, fetchNextPage])

  useEffect(() => {
    for (const neighbour of [next, previous]) {
      if (neighbour?.status === 'complete') {
        new window.Image().src = neighbour.sizes[defaultSize(neighbour)]?.url ?? ''
      }
    }
  }, [next, previous])

  return { previous, next }
}
