import type { BulkChange, BulkRequest } from '@rendition/contract'
import type { Deed, Outcome } from '../../platform/audit.ts'
import type { ImageRecord } from '../store/rows.ts'

/** How many were changed, and how many of them were how before. */
export type BulkOutcome = { changed: number; before?: Outcome }

const counted = ['favourite', 'rating', 'archived', 'visibility'] as const

/** `those` as they were before the change, which each of them came by. */
export function outcomeOf(those: readonly ImageRecord[], change: BulkChange): BulkOutcome {
  const before: Record<string, Record<string, number>> = {}
  const count = (name: string, value: unknown): void => {
    const values = before[name] ?? {}
    before[name] = { ...values, [String(value)]: (values[String(value)] ?? 0) + 1 }
  }
  for (const image of those) {
    for (const name of counted)
      if (change[name] !== undefined && change[name] !== image[name]) count(name, image[name])
    if (change.trash !== undefined) count('inTrash', image.trashedAt !== null)
  }
  return { changed: those.length, before }
}

/** One act, however many images it changes. Of a query the images are not named: it means what there is by then. */
export function bulkDeed(
  { imageIds, query, change }: Pick<BulkRequest, 'imageIds' | 'query' | 'change'>,
  targetId: string | null,
  outcome: BulkOutcome,
): Deed {
  const { addTags, removeTags, ...rest } = change
  return {
    action: 'image.bulk',
    targetId,
    details: {
      ...outcome,
      change: rest,
      ...(imageIds === undefined ? {} : { images: imageIds.length, imageIds }),
    },
    words: {
      ...(addTags === undefined ? {} : { addTags }),
      ...(removeTags === undefined ? {} : { removeTags }),
      ...(query === undefined ? {} : { query }),
    },
  }
}
