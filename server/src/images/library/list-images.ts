import { Failure, type ImageSort, isId, type Page } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import { type ListPlace, type ListQuery, listImagesOf } from '../store/image-lists.ts'
import type { ImageRecord } from '../store/rows.ts'

export interface ImageFilter extends Omit<ListQuery, 'after'> {
  cursor?: string | undefined
}

/**
 * One page of an owner's images. The cursor holds the place of the last one seen and not a number of rows,
 * so images that come or go meanwhile neither repeat nor hide others.
 */
export async function listImages(
  db: Queryable,
  ownerId: string,
  { cursor, ...filter }: ImageFilter,
): Promise<Page<ImageRecord>> {
  const { limit, sort } = filter
  const after = cursor === undefined ? null : readCursor(cursor, sort)
  const found = await listImagesOf(db, ownerId, { ...filter, limit: limit + 1, after })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(({ image }) => image),
    nextCursor: found.length > limit && last !== undefined ? writeCursor(sort, last.place) : null,
  }
}

function writeCursor(sort: ImageSort, { value, id }: ListPlace): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url')
}

/** What a place holds, beside an id, such that the database can read it. */
const places: Partial<Record<ImageSort, (value: string) => boolean>> = {
  name: (value) => !value.includes('\0'),
  size: (value) => /^\d{1,15}$/.test(value),
  taken: isTime,
  relevance: (value) => /^[0-2]$/.test(value),
}

function isTime(value: string): boolean {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?$/.test(value)) return false
  const seconds = value.slice(0, 19).replace(' ', 'T')
  const read = new Date(`${seconds}Z`)
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(seconds)
}

function readCursor(cursor: string, sort: ImageSort): ListPlace {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parsed) && parsed.length === 3 && parsed[0] === sort) {
      const [, value, id] = parsed as unknown[]
      const sound = places[sort]?.(String(value)) ?? true
      if (typeof value === 'string' && typeof id === 'string' && isId(id) && sound) return { value, id }
    }
  } catch {
    // Told below, with everything else that is no cursor.
  }
  const errors = [{ path: 'cursor', message: 'is not a cursor of this list and sort' }]
  throw new Failure('invalid_request', undefined, { errors })
}
