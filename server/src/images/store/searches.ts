import type { ImageSort } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface SearchRecord {
  id: string
  ownerId: string
  name: string
  q: string
  sort: ImageSort
  createdAt: Date
  updatedAt: Date
}

interface SearchRow {
  [column: string]: unknown
  id: string
  owner_id: string
  name: string
  q: string
  sort: ImageSort
  created_at: Date
  updated_at: Date
}

const columns = 'id, owner_id, name, q, sort, created_at, updated_at'
const searchOf = (row: SearchRow): SearchRecord => ({
  id: row.id,
  ownerId: row.owner_id,
  name: row.name,
  q: row.q,
  sort: row.sort,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** All of an account, by name. */
export async function listSearches(db: Queryable, ownerId: string, limit: number): Promise<SearchRecord[]> {
  const rows = await db.query<SearchRow>(
    `select ${columns} from saved_searches where owner_id = $1 order by lower(name), name limit $2`,
    [ownerId, limit],
  )
  return rows.map(searchOf)
}

export async function countSearches(db: Queryable, ownerId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from saved_searches where owner_id = $1',
    [ownerId],
  )
  return row?.count ?? 0
}

/** null where its id or its name is there already. */
export async function insertSearch(
  tx: Transaction,
  { id, ownerId, name, q, sort }: Omit<SearchRecord, 'createdAt' | 'updatedAt'>,
  times: Pick<SearchRecord, 'createdAt' | 'updatedAt'> | null = null,
): Promise<SearchRecord | null> {
  const [row] = await tx.query<SearchRow>(
    `insert into saved_searches (id, owner_id, name, q, sort, created_at, updated_at)
     values ($1, $2, $3, $4, $5, coalesce($6, now()), coalesce($7, now())) on conflict do nothing returning ${columns}`,
    [id, ownerId, name, q, sort, times?.createdAt ?? null, times?.updatedAt ?? null],
  )
  return row === undefined ? null : searchOf(row)
}

/** Locks it for this transaction; null where the account has none of this id. */
export async function lockSearch(tx: Transaction, ownerId: string, id: string): Promise<SearchRecord | null> {
  const [row] = await tx.query<SearchRow>(
    `select ${columns} from saved_searches where id = $1 and owner_id = $2 for update`,
    [id, ownerId],
  )
  return row === undefined ? null : searchOf(row)
}

/** null where another of the account has this name. */
export async function updateSearch(
  tx: Transaction,
  { id, ownerId, name, q, sort }: Omit<SearchRecord, 'createdAt' | 'updatedAt'>,
): Promise<SearchRecord | null> {
  const [row] = await tx.query<SearchRow>(
    `update saved_searches set name = $3, q = $4, sort = $5, updated_at = now()
     where id = $1 and not exists (select 1 from saved_searches where owner_id = $2 and name = $3 and id <> $1)
     returning ${columns}`,
    [id, ownerId, name, q, sort],
  )
  return row === undefined ? null : searchOf(row)
}

/** Whether there was one of the account's. */
export async function deleteSearch(db: Queryable, ownerId: string, id: string): Promise<boolean> {
  const rows = await db.query(
    'delete from saved_searches where id = $1 and owner_id = $2 returning 1 as gone',
    [id, ownerId],
  )
  return rows.length > 0
}

/** All of an account that ends. */
export async function deleteSearchesOf(db: Queryable, ownerId: string): Promise<void> {
  await db.query('delete from saved_searches where owner_id = $1', [ownerId])
}
