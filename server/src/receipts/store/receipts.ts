import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { DestroyedImage, DestroyedOfAccount, ErasedBecause } from '../../platform/erasure/port.ts'

export interface ReceiptRow {
  id: string
  kind: 'image' | 'account'
  ownerId: string
  subjectId: string
  because: ErasedBecause
  partOf: string | null
  destroyed: DestroyedImage | DestroyedOfAccount
  claimHash: Buffer | null
  requestedAt: Date
  closedAt: Date | null
  goneAt: Date | null
  jws: string | null
}

const columns = `id, kind, owner_id as "ownerId", subject_id as "subjectId", because, part_of as "partOf", destroyed,
  claim_hash as "claimHash", requested_at as "requestedAt", closed_at as "closedAt", gone_at as "goneAt", jws`

/** It becomes a part of its account's where that one is open; what is found once it is closed has a receipt of its own. */
export async function insertImageReceipt(
  tx: Transaction,
  row: Pick<ReceiptRow, 'id' | 'ownerId' | 'subjectId' | 'because'> & { destroyed: DestroyedImage },
  lookAfterMs: number,
): Promise<void> {
  await tx.query(
    `insert into receipts (id, kind, owner_id, subject_id, because, destroyed, look_at, part_of)
     values ($1, 'image', $2, $3, $4, $5, now() + make_interval(secs => $6::float8 / 1000),
       (select id from receipts where owner_id = $2 and kind = 'account' and closed_at is null))`,
    [row.id, row.ownerId, row.subjectId, row.because, JSON.stringify(row.destroyed), lookAfterMs],
  )
}

export async function insertAccountReceipt(
  tx: Transaction,
  row: { id: string; userId: string; claimHash: Buffer; destroyed: DestroyedOfAccount },
): Promise<void> {
  await tx.query(
    `insert into receipts (id, kind, owner_id, subject_id, because, destroyed, claim_hash)
     values ($1, 'account', $2, $2, 'account', $4, $3)`,
    [row.id, row.userId, row.claimHash, JSON.stringify(row.destroyed)],
  )
}

export async function closeAccountReceipt(tx: Transaction, userId: string): Promise<void> {
  await tx.query(
    `update receipts set closed_at = now(), look_at = now()
     where owner_id = $1 and kind = 'account' and gone_at is null`,
    [userId],
  )
}

/** Those that are due to be looked at, kept from other processes until the lease ends. */
export async function takeDue(db: Queryable, limit: number, leaseMs: number): Promise<ReceiptRow[]> {
  return db.query<ReceiptRow & Record<string, unknown>>(
    `update receipts set look_at = now() + make_interval(secs => $2::float8 / 1000) where id in (
       select id from receipts where look_at <= now() order by look_at limit $1 for update skip locked)
     returning ${columns}`,
    [limit, leaseMs],
  )
}

/** Milliseconds until the next one is due; null when none waits. */
export async function nextDueMs(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ ms: number | null }>(
    'select (extract(epoch from min(look_at) - now()) * 1000)::float8 as ms from receipts where look_at is not null',
  )
  return row?.ms ?? null
}

export async function postpone(db: Queryable, id: string, ms: number): Promise<void> {
  await db.query(
    'update receipts set look_at = now() + make_interval(secs => $2::float8 / 1000) where id = $1',
    [id, ms],
  )
}

/** Of a part its files; of a receipt the whole, as it is signed. */
export async function settleReceipt(
  db: Queryable,
  id: string,
  { goneAt, jws }: { goneAt: Date; jws: string | null },
): Promise<void> {
  await db.query(
    `update receipts set gone_at = $2, jws = $3, look_at = null, destroyed = case when $3::text is null then destroyed else '{}' end
     where id = $1 and gone_at is null`,
    [id, goneAt, jws],
  )
}

export async function partsWait(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query('select 1 from receipts where part_of = $1 and gone_at is null limit 1', [id])
  return rows.length > 0
}

/** Parts of an account's receipt in the order of their images, after one. */
export async function listParts(
  db: Queryable,
  id: string,
  after: string,
  limit: number,
): Promise<{ imageId: string; destroyed: DestroyedImage }[]> {
  const rows = await db.query<{ imageId: string; destroyed: DestroyedImage }>(
    `select subject_id as "imageId", destroyed from receipts where part_of = $1 and subject_id > $2
     order by subject_id limit $3`,
    [id, after, limit],
  )
  return rows
}

/** They are in the account's receipt now. */
export async function deleteParts(db: Queryable, id: string): Promise<void> {
  await db.query('delete from receipts where part_of = $1', [id])
}

export async function findReceipt(db: Queryable, id: string): Promise<ReceiptRow | null> {
  const [row] = await db.query<ReceiptRow & Record<string, unknown>>(
    `select ${columns} from receipts where id = $1 and part_of is null`,
    [id],
  )
  return row ?? null
}

/** Newest first, below `before`; of everybody without an owner. */
export async function listReceipts(
  db: Queryable,
  filter: {
    ownerId: string | null
    kind: ReceiptRow['kind'] | null
    subjectId: string | null
    before: string | null
    limit: number
  },
): Promise<ReceiptRow[]> {
  return db.query<ReceiptRow & Record<string, unknown>>(
    `select ${columns} from receipts where part_of is null
       and ($1::uuid is null or owner_id = $1) and ($2::text is null or kind = $2)
       and ($3::uuid is null or subject_id = $3) and ($4::uuid is null or id < $4)
     order by id desc limit $5`,
    [filter.ownerId, filter.kind, filter.subjectId, filter.before, filter.limit],
  )
}

/**
 * Removes what is older than its time, and the oldest of accounts that have too many. No part: its account's receipt, which
 * may wait for long, would be signed without it.
 */
export async function pruneReceipts(db: Queryable, days: number, mostPerOwner: number): Promise<void> {
  await db.query(
    'delete from receipts where part_of is null and gone_at < now() - make_interval(days => $1)',
    [days],
  )
  await db.query(
    `delete from receipts r using (
       select owner_id, (array_agg(id order by id desc))[$1] as last from receipts where part_of is null
       group by owner_id having count(*) > $1) crowded
     where r.owner_id = crowded.owner_id and r.id < crowded.last and r.gone_at is not null and r.kind = 'image'
       and r.part_of is null`,
    [mostPerOwner],
  )
}
