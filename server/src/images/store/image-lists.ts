import type { ImageSort } from '@rendition/contract'
import type { Queryable, Value } from '../../platform/database/port.ts'
import { conditionsOf, type ImageConditions } from './image-filter.ts'
import { findLikely } from './likely-images.ts'
import {
  type ImageRecord,
  type ImageRow,
  imageColumns,
  imageOf,
  imagesWithVersion,
  joinedVersion,
  versionFor,
} from './rows.ts'
import { byBeginning, hasWords, isFindable, isWithinDays, type WordTaking } from './search-conditions.ts'

/** How each sort reads on from the last image seen: a column that breaks ties by id, and a direction. */
const sorts = {
  newest: { column: null, type: '', after: '<', direction: 'desc' },
  oldest: { column: null, type: '', after: '>', direction: 'asc' },
  name: { column: 'lower(i.original_name)', type: 'text', after: '>', direction: 'asc' },
  size: { column: 'i.size', type: 'bigint', after: '<', direction: 'desc' },
  // As text its fractions of a second stay.
  taken: { column: 'i.dated_at', type: 'timestamp', after: '<', direction: 'desc' },
} as const satisfies Record<PlainSort, object>

/** Relevance is several lists, one behind the other, each the newest first. */
type PlainSort = Exclude<ImageSort, 'relevance'>

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
  const where = conditionsOf(ownerId, conditions, bind, byBeginning, 'find').join(' and ')
  const rows = await db.query<{ id: string }>(
    `select i.id from images i ${versionFor(where)} where i.owner_id = any($1::uuid[])
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
  const bind = (value: Value): string => `$${values.push(value)}`
  const where = conditionsOf(ownerId, conditions, bind, byBeginning, 'find').join(' and ')
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from images i ${versionFor(where)} where i.owner_id = $1 and ${where}`,
    values,
  )
  return row?.count ?? 0
}

export interface PlacedImage {
  image: ImageRecord
  place: ListPlace
}

/** Images of an owner with their places, `limit` at most. */
export async function listImagesOf(db: Queryable, ownerId: string, query: ListQuery): Promise<PlacedImage[]> {
  const { sort } = query
  if (sort === 'relevance') return listByRelevance(db, ownerId, query)
  return listSorted(db, { ownerId, query, sort, taking: byBeginning })
}

/** From what fits best: whole words in name, title or tags; whole words anywhere; then words that only begin so. */
const relevance: readonly WordTaking[] = [
  { match: 'heading', beyond: null },
  { match: 'whole', beyond: 'heading' },
  { match: 'begins', beyond: 'whole' },
]

/** A place of this order is which of the lists, and an id: it stays right whatever comes and goes. */
async function listByRelevance(db: Queryable, ownerId: string, query: ListQuery): Promise<PlacedImage[]> {
  const lists = query.q && hasWords(query.q) ? relevance : [byBeginning]
  const first = query.after === null ? 0 : Number(query.after.value)
  const found: PlacedImage[] = []
  for (const [index, taking] of lists.entries()) {
    const limit = query.limit - found.length
    if (index < first || limit <= 0) continue
    const after = index === first ? query.after : null
    const rows = await listSorted(db, { ownerId, query: { ...query, limit, after }, sort: 'newest', taking })
    found.push(...rows.map(({ image }) => ({ image, place: { value: String(index), id: image.id } })))
  }
  return found
}

interface SortedList {
  ownerId: string
  query: ListQuery
  sort: PlainSort
  taking: WordTaking
}

/**
 * Without a search PostgreSQL's own choice is right. A search is either frequent, and a short walk along the order fills
 * the page; or it is rare where the walk began, and an index finds all of it. PostgreSQL takes what is rare only there
 * for frequent and walks through everything, so that the walk has an end here, and the second way no order to walk by.
 */
async function listSorted(db: Queryable, list: SortedList): Promise<PlacedImage[]> {
  const { q, limit } = list.query
  if (!q || !isFindable(q)) return readRows(db, list, 'as it likes')
  let steps = firstWalk
  for (;;) {
    const walked = await readRows(db, list, 'walk', steps)
    if (walked.length >= limit) return walked
    // As frequent as it was so far, with room for chance.
    const enough = Math.ceil((1.5 * steps * limit) / Math.max(1, walked.length))
    if (steps > firstWalk || enough > longestWalk) return findSorted(db, list)
    steps = enough
  }
}

/** What was not frequent where a walk along the order began. */
async function findSorted(db: Queryable, list: SortedList): Promise<PlacedImage[]> {
  const { ownerId, query, sort, taking } = list
  if (sorts[sort].column === null && isWithinDays(query.q ?? '')) {
    const walked = await readRows(db, list, 'walk days')
    if (walked.length >= query.limit) return walked
  }
  const { column, direction } = sorts[sort]
  const from = (bind: Bind): string[] => beginsAt(query.after, sort, bind)
  const likely = await findLikely(db, ownerId, query, taking, { column, direction, from })
  return likely === null
    ? readRows(db, list, 'find')
    : readRows(db, list, 'as it likes', firstWalk, likely.slice(0, query.limit))
}

/** Images that are looked at one by one before an index is asked: some 5 ms. */
const firstWalk = 5_000
/** And where that found some: what an index finds lies all over the table, and this side by side. */
const longestWalk = 20_000
/** Images of some days whose ids are put into order: some 15 ms. */
const mostOfDays = 60_000

type Bind = (value: Value) => string

/** Behind the last one that was seen. */
function beginsAt(last: ListPlace | null, sort: PlainSort, bind: Bind): string[] {
  if (last === null) return []
  const { column, type, after } = sorts[sort]
  const { value, id } = last
  return [
    column === null
      ? `i.id ${after} ${bind(id)}`
      : `(${column}, i.id) ${after} (${bind(value)}::${type}, ${bind(id)}::uuid)`,
  ]
}

async function readRows(
  db: Queryable,
  { ownerId, query, sort, taking }: SortedList,
  how: 'as it likes' | 'walk' | 'walk days' | 'find',
  steps = firstWalk,
  among: readonly string[] | null = null,
): Promise<PlacedImage[]> {
  // Not `=`: a constant drops out of the order, and the newest of an owner whose images are all old are then looked for
  // from the newest of everybody (a second at a million images). In the order, it leads to the owner's own index.
  const values: Value[] = [[ownerId]]
  const bind = (value: Value): string => `$${values.push(value)}`
  const { column, direction } = sorts[sort]
  const place = column === null ? '' : `, ${column}${sort === 'taken' ? '::text' : ''} as place`
  const from = ['i.owner_id = any($1::uuid[])', ...beginsAt(query.after, sort, bind)]
  // All else was asked of those among which these are.
  const conditions =
    among !== null
      ? [`i.id = any(${bind(among)}::uuid[])`]
      : conditionsOf(ownerId, query, bind, taking, how === 'find' ? 'find' : 'walk')
  const order = ['i.owner_id', ...(column === null ? [] : [column]), 'i.id']
    .map((part) => `${part} ${direction}`)
    .join(', ')
  const limit = bind(query.limit)
  // By which the index of times is a smaller one, and what it is by.
  const shown = conditions.filter((each) => each === 'i.trashed_at is null' || each === 'not i.archived')
  const days = conditions.filter((each) => each.startsWith('i.dated_at '))
  if (how === 'walk days' && shown.length < 2) return []
  const walked = [...from, ...shown, ...(sort === 'taken' ? days : [])].join(' and ')
  const all = [...from, ...conditions].join(' and ')
  const text = {
    'as it likes': () => `select ${imageColumns}${place} from ${imagesWithVersion}
       where ${all} order by ${order} limit ${limit}`,
    walk: () => `select ${imageColumns}${place}
       from (select * from images i where ${walked} order by ${order} limit ${steps}) i ${joinedVersion}
       where ${conditions.join(' and ')} order by ${order} limit ${limit}`,
    // The index of times holds ids too: in their order they are looked at one by one.
    'walk days': () => `with days as materialized (select i.id from images i
         where ${[...from, ...shown, ...days].join(' and ')} limit ${mostOfDays + 1})
       select ${imageColumns}${place}
       from (select id from days where (select count(*) from days) <= ${mostOfDays} order by id ${direction} limit ${steps}) d
       join images i on i.id = d.id ${joinedVersion}
       where ${conditions.join(' and ')} order by i.id ${direction} limit ${limit}`,
    find: () => {
      const by = column === null ? '' : `, ${column} as by`
      const found = `with found as materialized (select i.id${by} from images i
         ${versionFor(all)} where ${all})`
      const best = column === null ? `id ${direction}` : `by ${direction}, id ${direction}`
      return `${found} select ${imageColumns}${place}
        from (select id from found order by ${best} limit ${limit}) f join images i on i.id = f.id ${joinedVersion}
        order by ${order}`
    },
  }[how]()
  const rows = await db.query<ImageRow & { place?: string | number }>(text, values)
  return rows.map((row) => ({ image: imageOf(row), place: { value: String(row.place ?? ''), id: row.id } }))
}
