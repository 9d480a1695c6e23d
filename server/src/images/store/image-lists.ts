import type { ImageSort, ImageStatus, Visibility } from '@rendition/contract'
import type { Queryable, Value } from '../../platform/database/port.ts'
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

export interface ListQuery {
  limit: number
  /** Of the last image seen; null for the first page. */
  after: ListPlace | null
  sort: ImageSort
  status?: ImageStatus | undefined
  tag?: string | undefined
  visibility?: Visibility | undefined
  /** A part of the name, in any case. */
  q?: string | undefined
}

/** Accents and points of Latin, Greek, Cyrillic, Hebrew and Arabic letters. Not vowel signs, without which words are others. */
const accents =
  '[\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]'

/** A text as it is searched: without accents, in one case of every script, by bytes. */
const folded = (text: string): string =>
  `upper(regexp_replace(normalize(${text}::text, nfkd), '${accents}', '', 'g') collate "und-x-icu") collate "C"`

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
  if (query.status !== undefined) where.push(`v.status = ${bind(query.status)}`)
  if (query.visibility !== undefined) where.push(`i.visibility = ${bind(query.visibility)}`)
  if (query.tag !== undefined) where.push(`i.tags @> array[${bind(query.tag)}]::text[]`)
  if (query.q !== undefined && query.q !== '') {
    where.push(`strpos(${folded('i.original_name')}, ${folded(bind(query.q))}) > 0`)
  }
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
