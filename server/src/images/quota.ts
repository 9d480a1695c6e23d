import { Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../platform/database/port.ts'

/** What one account may keep; 0 for no limit. */
export interface Quota {
  quotaBytes: number
  quotaImages: number
}

/** Counts originals; two uploads at once of one owner are counted one after the other. Throws `quota_exceeded`. */
export async function checkQuota(
  tx: Transaction,
  quota: Quota,
  ownerId: string,
  addedBytes: number,
): Promise<void> {
  if (quota.quotaBytes === 0 && quota.quotaImages === 0) return
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7301102))', [ownerId])
  await refuseOver(tx, quota, ownerId, addedBytes, 1)
}

/** A look before a body is read: an account that is full already need not send it. */
export async function checkRoom(db: Queryable, quota: Quota, ownerId: string): Promise<void> {
  if (quota.quotaBytes === 0 && quota.quotaImages === 0) return
  await refuseOver(db, quota, ownerId, 1, 1)
}

async function refuseOver(
  db: Queryable,
  quota: Quota,
  ownerId: string,
  addedBytes: number,
  addedImages: number,
): Promise<void> {
  const [used] = await db.query<{ bytes: number; images: number }>(
    `select coalesce(sum(o.size), 0)::bigint as bytes, count(distinct o.image_id)::int as images
     from (select distinct v.image_id, v.original_key, v.size
           from versions v join images i on i.id = v.image_id where i.owner_id = $1) o`,
    [ownerId],
  )
  if (used === undefined) return
  if (quota.quotaImages > 0 && used.images + addedImages > quota.quotaImages) {
    throw new Failure('quota_exceeded', `This account may keep at most ${quota.quotaImages} images.`)
  }
  if (quota.quotaBytes > 0 && used.bytes + addedBytes > quota.quotaBytes) {
    throw new Failure('quota_exceeded', `This account may keep at most ${quota.quotaBytes} bytes.`)
  }
}
