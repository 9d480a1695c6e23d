import { Failure } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import { countUnfinished } from '../store/uploads.ts'
import { checkQuota } from '../uploads/quota.ts'
import type { ResumableDeps } from './deps.ts'

/**
 * Whether an account may begin one more upload, of so much; call it in the transaction that writes it. Throws `quota_exceeded`,
 * `rate_limited` for too many that are unfinished, `token_invalid` for an account that is gone.
 */
export async function checkRoom(
  { holdOwner, quota, maxUnfinished }: Pick<ResumableDeps, 'holdOwner' | 'quota' | 'maxUnfinished'>,
  tx: Transaction,
  ownerId: string,
  { bytes, images, shareId = null }: { bytes: number; images: number; shareId?: string | null },
): Promise<void> {
  await holdOwner(tx, ownerId)
  await checkQuota(tx, quota, ownerId, bytes, images)
  if ((await countUnfinished(tx, ownerId, shareId)) < maxUnfinished) return
  throw new Failure('rate_limited', `At most ${maxUnfinished} uploads may be unfinished at a time.`, {
    retryAfter: 60,
  })
}
