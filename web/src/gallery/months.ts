import type { Image } from '@rendition/contract'
import { formatDate } from '../languages/numbers.ts'
import { datedAt, type GalleryFilter, isWholeAlbum } from '../state/filter.ts'

export type MonthOf = (image: Image) => string

const taken: MonthOf = (image) => datedAt(image).slice(0, 7)
const uploaded: MonthOf = ({ uploadedAt }) => uploadedAt.slice(0, 7)

/** The month (`2024-05`) under which a list in this order shows an image; null where the order has nothing to do with time. */
export function monthOfList(filter: GalleryFilter): MonthOf | null {
  if (isWholeAlbum(filter)) return null
  if (filter.sort === 'taken') return taken
  return filter.sort === 'newest' || filter.sort === 'oldest' ? uploaded : null
}

const dayOf = (month: string): Date => new Date(`${month}-01T00:00:00Z`)

/** `May 2024` */
export const nameOfMonth = (month: string): string =>
  formatDate(dayOf(month), { month: 'long', year: 'numeric', timeZone: 'UTC' })
/** `May` */
export const shortNameOfMonth = (month: string): string =>
  formatDate(dayOf(month), { month: 'short', timeZone: 'UTC' })
