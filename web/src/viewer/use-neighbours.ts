import type { Image } from '@rendition/contract'
import { useEffect } from 'react'
import { pictureSource } from '../pictures/picture-source.ts'
import type { GalleryFilter } from '../state/filter.ts'
import { useFurtherPages, useImages } from '../state/use-images.ts'
import { needsMore } from './needs-more.ts'
import { defaultSize } from './sizes.ts'

export interface Neighbours {
  previous: Image | undefined
  next: Image | undefined
}

/** What lies before and after an image in the list it belongs to. Their pictures are fetched ahead. */
export function useNeighbours(image: Image | undefined, filter: GalleryFilter): Neighbours {
  const list = useImages(filter)
  const { images } = list
  const at = image === undefined ? -1 : images.findIndex(({ id }) => id === image.id)
  const previous = at === -1 ? undefined : images[at - 1]
  const next = at === -1 ? undefined : images[at + 1]

  useFurtherPages(list, image !== undefined && needsMore(images, image, filter))

  useEffect(() => {
    for (const neighbour of [next, previous]) {
      if (neighbour?.status === 'complete') {
        const size = neighbour.sizes[defaultSize(neighbour)]
        if (size !== undefined) new window.Image().src = pictureSource(size)
      }
    }
  }, [next, previous])

  return { previous, next }
}
