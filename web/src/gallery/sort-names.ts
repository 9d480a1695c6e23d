import type { Phrase } from '../languages/catalogue.ts'
import type { GalleryFilter } from '../state/filter.ts'

/** What the orders of a list are called. */
export const sortNames = {
  newest: 'Newest first',
  taken: 'Date taken',
  oldest: 'Oldest first',
  name: 'Name',
  size: 'Largest first',
} as const satisfies Record<GalleryFilter['sort'], Phrase>
