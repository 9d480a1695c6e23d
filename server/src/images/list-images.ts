import { Failure, type ImageStatus, type Page, type Visibility } from '@rendition/contract'
import type { Queryable, Value } from '../platform/database/port.ts'
import { type ImageRecord, type ImageRow, imageColumns, imageOf, imagesWithVersion } from './rows.ts'

export interface ImageFilter {
  limit: number
  cursor?: string | undefined
  status?: ImageStatus | undefined
  tag?: string | undefined
  visibility?: Visibility | undefined
  /** A part of the name, in any case. */
  q?: string | undefined
  sort: 'newest' | 'oldest' | 'name' | 'size'
}

/** How each sort reads on from the last image seen: a column that breaks ties by id, and a direction. */
const sorts = {
  newest: { column: null, type: '', after: '<', direction: 'desc' },
  oldest: { column: null, type: '', after: '>', direction: 'asc' },
  name: { column: 'lower(i.original_name)', type: 'text', after: '>', direction: 'asc' },
  size: { column: 'i.size', type: 'bigint', after: '<', direction: 'desc' },
} as const

/**
 * One page of an owner's images. The cursor holds the place of the last one seen and not a number of rows,
 * so images that come or go meanwhile neither repeat nor hide others.
 */
export async function listImages(
  db: Queryable,
  ownerId: string,
  filter: ImageFilter,
): Promise<Page<ImageRecord>> {
  // Not `=`: a constant drops out of the order, and the newest of an owner whose images are all old are then looked for
  // from the newest of everybody (a second at a million images). In the order, it leads to the owner's own index.
  const values: Value[] = [[ownerId]]
  const where = ['i.owner_id = any($1::uuid[])']
  const bind = (value: Value): string => `$${values.push(value)}`
  if (filter.status !== undefined) where.push(`v.status = ${bind(filter.status)}`)
  if (filter.visibility !== undefined) where.push(`i.visibility = ${bind(filter.visibility)}`)
  if (filter.tag !== undefined) where.push(`i.tags @> array[${bind(filter.tag)}]::text[]`)
  if (filter.q !== undefined && filter.q !== '') {
    where.push(`i.original_name ilike ${bind(`%${filter.q.replace(/[\\%_]/g, '\\$&')}%`)}`)
  }
  const { column, type, after, direction } = sorts[filter.sort]
  if (filter.cursor !== undefined) {
    const [value, id] = readCursor(filter.cursor, filter.sort)
    where.push(
      column === null
        ? `i.id ${after} ${bind(id)}`
        : `(${column}, i.id) ${after} (${bind(value)}::${type}, ${bind(id)}::uuid)`,
    )
  }
  const order = ['i.owner_id', ...(column === null ? [] : [column]), 'i.id']
    .map((part) => `${part} ${direction}`)
    .join(', ')
  const rows = await db.query<ImageRow & { place?: string | number }>(
    `select ${imageColumns}${column === null ? '' : `, ${column} as place`} from ${imagesWithVersion}
     where ${where.join(' and ')} order by ${order} limit ${bind(filter.limit + 1)}`,
    values,
  )
  const page = rows.slice(0, filter.limit)
  const last = page.at(-1)
  const more = rows.length > filter.limit && last !== undefined
  return {
    items: page.map(imageOf),
    nextCursor: more ? writeCursor(filter.sort, last.place ?? '', last.id) : null,
  }
}

function writeCursor(sort: string, place: string | number, id: string): string {
  return Buffer.from(JSON.stringify([sort, String(place), id])).toString('base64url')
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function readCursor(cursor: string, sort: ImageFilter['sort']): [place: string, id: string] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parsed) && parsed.length === 3 && parsed[0] === sort) {
      const [, place, id] = parsed as unknown[]
      const sound = sort !== 'size' || /^\d{1,15}$/.test(String(place))
      if (typeof place === 'string' && typeof id === 'string' && uuid.test(id) && sound) return [place, id]
    }
  } catch {
    // Told below, with everything else that is no cursor.
  }
  const errors = [{ path: 'cursor', message: 'is not a cursor of this list and sort' }]
  throw new Failure('invalid_request', undefined, { errors })
}
