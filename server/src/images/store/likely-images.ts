import type { Queryable, Value } from '../../platform/database/port.ts'
import { conditionsOf, type ImageConditions } from './image-filter.ts'
import { versionFor } from './rows.ts'
import { folded, shortWords, type WordTaking } from './search-conditions.ts'

/** Images that are looked at for their words, which an index knows of: some 15 ms. */
const mostLikely = 5_000

/** An order of images `i`, in SQL: a column beside the id, and where in it the list begins. */
export interface ListedBy {
  column: string | null
  direction: 'asc' | 'desc'
  from: (bind: (value: Value) => string) => readonly string[]
}

/**
 * All ids that are meant, where a search has words so short that an index is slow to find what begins so: found by all else that it
 * asks, and looked at one by one. null where there are no such words, or nothing else, or that finds too many. With `listed` those
 * of a list, in its order.
 */
export async function findLikely(
  db: Queryable,
  ownerId: string,
  conditions: ImageConditions,
  taking: WordTaking,
  listed?: ListedBy,
): Promise<string[] | null> {
  const words = conditions.q ? shortWords(conditions.q, ownerId, taking) : null
  if (words === null) return null
  const values: Value[] = [[ownerId]]
  const bind = (value: Value): string => `$${values.push(value)}`
  const likely = [
    ...(listed?.from(bind) ?? []),
    ...conditionsOf(ownerId, conditions, bind, taking, 'find likely'),
  ].join(' and ')
  const by = listed?.column ?? 'null'
  const order = listed === undefined ? '' : `order by by ${listed.direction}, id ${listed.direction}`
  const [row] = await db.query<{ looked: number; ids: string[] | null }>(
    `select count(*)::int as looked, array_agg(id ${order}) filter (where fits) as ids
     from (select i.id, i.search @@ ${folded(bind(words))} as fits, ${by} as by from images i ${versionFor(likely)}
       where i.owner_id = any($1::uuid[]) and ${likely} limit ${mostLikely + 1}) likely`,
    values,
  )
  return row === undefined || row.looked > mostLikely ? null : (row.ids ?? [])
}
