import { Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { holdQuota } from '../store/locks.ts'
import { countOriginals, foldOriginalsOf } from '../store/original-totals.ts'
import { countReserved } from '../store/uploads.ts'

/** Changes of an account's total that are read by each upload; beyond it adds them up itself. */
const mostLoose = 1_000

/** What one account may keep; 0 for no limit. */
interface Limits {
  bytes: number
  images: number
}

/** What an account may keep by itself; null as configured. */
export type QuotaOf = (
  db: Queryable,
  ownerId: string,
) => Promise<{ bytes: number | null; images: number | null }>

/** Limits of each account. */
export interface Quota {
  of(db: Queryable, ownerId: string): Promise<Limits>
}

/** Its own where it has them, else the configured ones. */
export const createQuota = (
  { quotaBytes, quotaImages }: { quotaBytes: number; quotaImages: number },
  quotaOf: QuotaOf,
): Quota => ({
  async of(db, ownerId) {
    const own = await quotaOf(db, ownerId)
    return { bytes: own.bytes ?? quotaBytes, images: own.images ?? quotaImages }
  },
})

/**
 * Counts originals, and what unfinished uploads will need; two uploads at once of one owner are counted one after the
 * other. Throws `quota_exceeded`.
 */
export async function checkQuota(
  tx: Transaction,
  quota: Quota,
  ownerId: string,
  addedBytes: number,
  addedImages = 1,
): Promise<void> {
  // Most have none, and then nobody waits for the lock. One that is set meanwhile counts from the next on.
  const limits = await quota.of(tx, ownerId)
  if (limits.bytes === 0 && limits.images === 0) return
  await holdQuota(tx, ownerId)
  const loose = await refuseOver(tx, limits, ownerId, addedBytes, addedImages)
  // An import from the command line may bring any number while no service runs that would.
  if (loose > mostLoose) await foldOriginalsOf(tx, ownerId)
}

/** A look before a body is read: an account that is full already need not send it. No images for one that is reserved. */
export async function checkNotFull(
  db: Queryable,
  quota: Quota,
  ownerId: string,
  addedImages: number,
): Promise<void> {
  await checkRoom(db, quota, ownerId, { bytes: 1, images: addedImages })
}

/** Whether there is room for so much at the moment; holds nothing. Throws `quota_exceeded`. */
export async function checkRoom(
  db: Queryable,
  quota: Quota,
  ownerId: string,
  added: { bytes: number; images: number },
): Promise<void> {
  const limits = await quota.of(db, ownerId)
  if (limits.bytes === 0 && limits.images === 0) return
  await refuseOver(db, limits, ownerId, added.bytes, added.images)
}

/** Gives how many changes of the total are not added up yet. */
async function refuseOver(
  db: Queryable,
  limits: Limits,
  ownerId: string,
  addedBytes: number,
  addedImages: number,
): Promise<number> {
  const kept = await countOriginals(db, ownerId)
  const reserved = await countReserved(db, ownerId)
  const used = { images: kept.images + reserved.images, bytes: kept.bytes + reserved.bytes }
  if (limits.images > 0 && used.images + addedImages > limits.images) {
    throw new Failure('quota_exceeded', `This account may keep at most ${limits.images} images.`)
  }
  if (limits.bytes > 0 && used.bytes + addedBytes > limits.bytes) {
    throw new Failure('quota_exceeded', `This account may keep at most ${limits.bytes} bytes.`)
  }
  return kept.loose
}
