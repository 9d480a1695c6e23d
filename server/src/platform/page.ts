import { Failure, isId, type Page } from '@rendition/contract'

/** Lists by id run newest first, for ids rise with time: the cursor is the last id seen, so what is new moves no page. */
export function cursorOf({ cursor }: { cursor?: string | undefined }): string | null {
  if (cursor === undefined) return null
  if (isId(cursor)) return cursor
  throw new Failure('invalid_request', undefined, {
    errors: [{ path: 'cursor', message: 'is not a cursor of this list' }],
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
