import type { ImageSort } from '@rendition/contract'
import type { Queryable, Value } from '../../platform/database/port.ts'
import { conditionsOf, type ImageConditions } from './image-filter.ts'
import { type ImageRecord, type ImageRow, imageColumns, imageOf, imagesWithVersion } from './rows.ts'

/** How each sort reads on from the last image seen: a column that breaks ties by id, and a direction. */
const sorts = {
  newest: { column: null, type: '', after: '<', direction: 'desc' },
  oldest: { column: null, type: '', after: '>', direction: 'asc' },
  name: { column: 'lower(i.original_name)', type: 'text', after: '>', direction: 'asc' },
  size: { column: 'i.size', type: 'bigint', after: '<', direction: 'desc' },
} as const satisfies Record<ImageSort, object>

/** Where an image stands in a list: its value in the sort's column (empty where that is the id alone), and its id. */
export interface ListPlace {
  value: string
  id: string
}

export interface ListQuery extends ImageConditions {
  limit: number
  /** Of the last image seen; null for the first page. */
  after: ListPlace | null
  sort: ImageSort
}

/** Ids of an owner's images under these conditions, newest first. */
export async function listIdsOf(
  db: Queryable,
  ownerId: string,
  conditions: ImageConditions,
  { before, limit }: { before: string | null; limit: number },
): Promise<string[]> {
  const values: Value[] = [[ownerId], before, limit]
  const bind = (value: Value): string => `$${values.push(value)}`
  const where = conditionsOf(conditions, bind).join(' and ')
  const rows = await db.query<{ id: string }>(
    `select i.id from ${imagesWithVersion} where i.owner_id = any($1::uuid[])
       and ($2::uuid is null or i.id < $2) and ${where} order by i.owner_id desc, i.id desc limit $3`,
    values,
  )
  return rows.map(({ id }) => id)
}

export async function countImages(
  db: Queryable,
  ownerId: string,
  conditions: ImageConditions,
): Promise<number> {
  const values: Value[] = [ownerId]
  const where = conditionsOf(conditions, (value) => `$${values.push(value)}`).join(' and ')
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from ${imagesWithVersion} where i.owner_id = $1 and ${where}`,
    values,
  )
  return row?.count ?? 0
}

/** Images of an owner with their places, `limit` at most. */
export async function listImagesOf(
  db: Queryable,
  ownerId: string,
  query: ListQuery,
): Promise<{ image: ImageRecord; place: ListPlace }[]> {
  // Not `=`: a constant drops out of the order, and the newest of an owner whose images are all old are then looked for
  // from the newest of everybody (a second at a million images). In the order, it leads to the owner's own index.
  const values: Value[] = [[ownerId]]
  const where = ['i.owner_id = any($1::uuid[])']
  const bind = (value: Value): string => `$${values.push(value)}`
  where.push(...conditionsOf(query, bind))
  const { column, type, after, direction } = sorts[query.sort]
  if (query.after !== null) {
    const { value, id } = query.after
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
     where ${where.join(' and ')} order by ${order} limit ${bind(query.limit)}`,
    values,
  )
  return rows.map((row) => ({ image: imageOf(row), place: { value: String(row.place ?? ''), id: row.id } }))
}
