import type { Image } from '@rendition/contract'
import { type GalleryFilter, isWholeAlbum, matches } from '../state/filter.ts'

/**
 * Whether a further page would tell more of the image's neighbours: it is near the end of what is loaded, or, for a link that
 * was followed, further down than that.
 */
export function needsMore(
  images: readonly Pick<Image, 'id'>[],
  image: Image,
  filter: GalleryFilter,
): boolean {
  const at = images.findIndex(({ id }) => id === image.id)
  if (at !== -1) return at >= images.length - 2
  const last = images.at(-1)
  if (last === undefined || !matches(filter, image)) return false
  // Ids are UUIDv7, which sort by time. In other orders only the end of the list tells that it is not there.
  if (isWholeAlbum(filter)) return true
  if (filter.sort === 'newest') return image.id < last.id
  return filter.sort === 'oldest' ? image.id > last.id : true
}
