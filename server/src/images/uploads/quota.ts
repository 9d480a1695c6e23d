import { Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { countOriginals } from '../store/images.ts'
import { holdQuota } from '../store/locks.ts'
import { countReserved } from '../store/uploads.ts'

/** What one account may keep; 0 for no limit. */
export interface Quota {
  quotaBytes: number
  quotaImages: number
}

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
  if (quota.quotaBytes === 0 && quota.quotaImages === 0) return
  await holdQuota(tx, ownerId)
  await refuseOver(tx, quota, ownerId, addedBytes, addedImages)
}

/** A look before a body is read: an account that is full already need not send it. No images for one that is reserved. */
export async function checkNotFull(
  db: Queryable,
  quota: Quota,
  ownerId: string,
  addedImages: number,
): Promise<void> {
  if (quota.quotaBytes === 0 && quota.quotaImages === 0) return
  await refuseOver(db, quota, ownerId, 1, addedImages)
}

async function refuseOver(
  db: Queryable,
  quota: Quota,
  ownerId: string,
  addedBytes: number,
  addedImages: number,
): Promise<void> {
  const kept = await countOriginals(db, ownerId)
  const reserved = await countReserved(db, ownerId)
  const used = { images: kept.images + reserved.images, bytes: kept.bytes + reserved.bytes }
  if (quota.quotaImages > 0 && used.images + addedImages > quota.quotaImages) {
    throw new Failure('quota_exceeded', `This account may keep at most ${quota.quotaImages} images.`)
  }
  if (quota.quotaBytes > 0 && used.bytes + addedBytes > quota.quotaBytes) {
    throw new Failure('quota_exceeded', `This account may keep at most ${quota.quotaBytes} bytes.`)
  }
}
