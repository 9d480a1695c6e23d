import { Failure, type Page, type PageQuery } from '@rendition/contract'
import { z } from 'zod'

/** Lists run newest first by id, which is a UUIDv7: the cursor is the last id seen. */
export function beforeOf(query: PageQuery): string | null {
  if (query.cursor === undefined) return null
  const id = z.uuid().safeParse(query.cursor)
  if (id.success) return id.data
  throw new Failure('invalid_request', 'cursor: is not one of this list.', {
    errors: [{ path: 'cursor', message: 'is not one of this list' }],
  })
}

/** Of `limit + 1` rows, the page and where the next one starts. */
export function pageOf<R extends { id: string }, T>(
  rows: readonly R[],
  limit: number,
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit)
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}
