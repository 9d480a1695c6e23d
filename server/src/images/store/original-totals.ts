import type { Queryable, Transaction } from '../../platform/database/port.ts'

/** What an account's originals are together. */
export interface OriginalTotal {
  /** Of the distinct originals of all versions. */
  bytes: number
  /** Images that have any version. */
  images: number
  /** Changes that were read besides what is added up. */
  loose: number
}

/** Added up by one upload at most: some milliseconds. */
const mostAtUpload = 5_000

/**
 * Originals of an owner, as triggers counted them when they came and went. By one statement: what is being added up is in
 * the total or among the changes, never in both.
 */
export async function countOriginals(db: Queryable, ownerId: string): Promise<OriginalTotal> {
  const [row] = await db.query<{ bytes: number; images: number; loose: number }>(
    `select coalesce(sum(bytes), 0)::bigint as bytes, coalesce(sum(images), 0)::bigint as images,
       coalesce(sum(loose), 0)::int as loose
     from (
       select bytes, images, 0 as loose from original_totals where owner_id = $1
       union all select bytes, images, 1 from original_changes where owner_id = $1
     ) both_of_them`,
    [ownerId],
    'originals.count',
  )
  return row ?? { bytes: 0, images: 0, loose: 0 }
}

/** Adds up what changed, `limit` changes at most; gives how many there were. Accounts that have nothing any more are forgotten. */
export async function foldOriginals(db: Queryable, limit: number): Promise<number> {
  return fold(db, '', [limit])
}

/** The same of one account, as far as an upload may be kept waiting for it. It holds the account's quota. */
export async function foldOriginalsOf(tx: Transaction, ownerId: string): Promise<void> {
  await fold(tx, 'where owner_id = $2', [mostAtUpload, ownerId])
}

async function fold(db: Queryable, which: string, values: readonly (number | string)[]): Promise<number> {
  const [row] = await db.query<{ gone: number; empty: string[] | null }>(
    `with gone as (
       delete from original_changes where id in (
         select id from original_changes ${which} order by id limit $1 for update skip locked)
       returning owner_id, bytes, images
     ), added as (
       insert into original_totals as t (owner_id, bytes, images)
       select owner_id, sum(bytes), sum(images) from gone group by owner_id order by owner_id
       on conflict (owner_id) do update set bytes = t.bytes + excluded.bytes, images = t.images + excluded.images
       returning t.owner_id, t.bytes, t.images
     )
     select (select count(*)::int from gone) as gone,
       (select array_agg(owner_id) from added where bytes = 0 and images = 0) as empty`,
    values,
  )
  if (row?.empty) {
    await db.query(
      'delete from original_totals where owner_id = any($1::uuid[]) and bytes = 0 and images = 0',
      [row.empty],
    )
  }
  return row?.gone ?? 0
}

/**
 * Forgets what was counted of an account whose images are gone and that nothing more comes of, since whatever makes an image holds
 * its account (`HoldOwner`): what came meanwhile would be forgotten with the rest. Changes first: whoever adds them up at the moment holds
 * their rows, and what it adds is seen after it.
 */
export async function eraseOriginalTotalOf(db: Queryable, ownerId: string): Promise<void> {
  await db.query('delete from original_changes where owner_id = $1', [ownerId])
  await db.query('delete from original_totals where owner_id = $1', [ownerId])
}
