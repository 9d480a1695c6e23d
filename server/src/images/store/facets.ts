import type { Queryable, Value } from '../../platform/database/port.ts'
import { conditionsOf, type ImageConditions } from './image-filter.ts'
import { findLikely } from './likely-images.ts'
import { versionFor } from './rows.ts'
import { byBeginning } from './search-conditions.ts'

export interface FacetCount {
  kind: 'month' | 'camera' | 'type' | 'tag'
  value: string
  count: number
}

interface FacetRow<Kind = FacetCount['kind']> {
  [column: string]: unknown
  kind: Kind
  value: string
  count: number
}

/** Of a kind that are told; months are all of a lifetime's. */
const mostValues = 50
const mostMonths = 2_400
/** Tags that are weighed against each other before the most frequent are told. */
const mostCandidates = 5_000
/** Images of a search that are counted: some 40 ms where each lies on a page of its own. */
const mostImages = 3_000
/** Of the newest that many tell whether a search means very many, and then so many are all that are counted. */
const [looked, walked, fewest] = [5_000, 20_000, 125]

/** What an owner's lists hold, as it was counted when it came and went; `tagPrefix` leaves out other tags. */
export async function readFacets(db: Queryable, ownerId: string, tagPrefix: string): Promise<FacetCount[]> {
  // The most frequent by the counts, and whatever changed since.
  const candidates = `select value from (
      select value from image_facets where owner_id = $1 and kind = 'tag' ${
        tagPrefix === ''
          ? 'order by count desc'
          : 'and folded >= search_fold($2) and folded < search_fold($2) || chr(1114111)'
      } limit ${mostCandidates}) counted
    union select value from image_facet_changes where owner_id = $1 and kind = 'tag' and starts_with(search_fold(value), search_fold($2))`
  return db.query<FacetRow>(
    `with sums as (
       select kind, value, sum(count)::float8 as count from (
         select kind, value, count from image_facets where owner_id = $1 and kind <> 'tag'
         union all select kind, value, delta from image_facet_changes where owner_id = $1 and kind <> 'tag'
         union all select f.kind, f.value, f.count from (${candidates}) c
           join image_facets f on f.owner_id = $1 and f.kind = 'tag' and f.value = c.value
         union all select kind, value, delta from image_facet_changes
           where owner_id = $1 and kind = 'tag' and starts_with(search_fold(value), search_fold($2))
       ) both_of_them group by kind, value having sum(count) > 0
     )
     ${mostOf('sums')}`,
    [ownerId, tagPrefix],
  )
}

/** The same of the images that are meant, and how many of them were counted. */
export async function countFacets(
  db: Queryable,
  ownerId: string,
  conditions: ImageConditions,
  tagPrefix: string,
): Promise<{ counts: FacetCount[]; total: number; complete: boolean }> {
  const isMany = await areVeryMany(db, ownerId, conditions)
  const likely = isMany ? null : await findLikely(db, ownerId, conditions, byBeginning)
  const values: Value[] = [[ownerId], tagPrefix]
  const bind = (value: Value): string => `$${values.push(value)}`
  const where =
    likely === null
      ? conditionsOf(ownerId, conditions, bind, byBeginning, isMany ? 'walk' : 'find').join(' and ')
      : `i.id = any(${bind(likely)}::uuid[])`
  const rows = await db.query<FacetRow<FacetCount['kind'] | 'total'>>(
    `with found as materialized (
       select i.dated_at, i.camera, i.format, i.tags from ${isMany ? newestOf(walked) : 'images i'} ${versionFor(where)}
       where i.owner_id = any($1::uuid[]) and ${where} limit ${mostImages + 1}
     ), sums as (
       select f.kind, f.value, count(*)::float8 as count
       from found cross join lateral facets_of(found.dated_at, found.camera, found.format, found.tags) f
       where $2 = '' or f.kind <> 'tag' or starts_with(search_fold(f.value), search_fold($2))
       group by f.kind, f.value
     )
     (${mostOf('sums')}) union all select 'total', '', count(*)::float8 from found`,
    values,
  )
  const total = rows.find(({ kind }) => kind === 'total')?.count ?? 0
  const counts = rows.flatMap(({ kind, value, count }) => (kind === 'total' ? [] : [{ kind, value, count }]))
  return { counts, total, complete: !isMany && total <= mostImages }
}

/** The newest of all that an account has, as `images i`. */
const newestOf = (limit: number): string =>
  `(select * from images i where i.owner_id = any($1::uuid[]) order by i.owner_id desc, i.id desc limit ${limit}) i`

/** Whether a search means so many that an index would read far more than is counted, by how many of the newest it means. */
async function areVeryMany(db: Queryable, ownerId: string, conditions: ImageConditions): Promise<boolean> {
  if (!conditions.q) return false
  const values: Value[] = [[ownerId], ownerId]
  const bind = (value: Value): string => `$${values.push(value)}`
  const where = conditionsOf(ownerId, conditions, bind, byBeginning, 'walk').join(' and ')
  const [row] = await db.query<{ found: number; all: number }>(
    `select count(*)::int as found, (select coalesce(sum(count), 0)::float8 from image_facets where owner_id = $2 and kind = 'month') as all
     from ${newestOf(looked)} ${versionFor(where)} where ${where}`,
    values,
  )
  return row !== undefined && row.found * (row.all / looked) >= 4 * mostImages && row.found >= fewest
}

const mostOf = (sums: string): string =>
  `select kind, value, count from (
     select kind, value, count, row_number() over (partition by kind order by count desc, value) as place from ${sums}
   ) ranked where place <= case kind when 'month' then ${mostMonths} else ${mostValues} end
   order by kind, count desc, value`

/**
 * Forgets what was counted of an account whose images are gone. Changes first: whoever adds them up at the moment holds
 * their rows, and what it adds is seen after it.
 */
export async function eraseFacetsOf(db: Queryable, ownerId: string): Promise<void> {
  await db.query('delete from image_facet_changes where owner_id = $1', [ownerId])
  await db.query('delete from image_facets where owner_id = $1', [ownerId])
}

/** Adds up what changed, `limit` changes at most; gives how many there were. What nobody has any more is forgotten. */
export async function foldFacets(db: Queryable, limit: number): Promise<number> {
  const [row] = await db.query<{ gone: number }>(
    `with gone as (
       delete from image_facet_changes where id in (
         select id from image_facet_changes order by id limit $1 for update skip locked)
       returning owner_id, kind, value, delta
     ), added as (
       insert into image_facets (owner_id, kind, value, folded, count)
       select owner_id, kind, value, search_fold(value), sum(delta) from gone
       group by owner_id, kind, value order by owner_id, kind, value
       on conflict (owner_id, kind, value) do update set count = image_facets.count + excluded.count
     )
     select count(*)::int as gone from gone`,
    [limit],
  )
  const gone = row?.gone ?? 0
  if (gone > 0) await db.query('delete from image_facets where count = 0')
  return gone
}
