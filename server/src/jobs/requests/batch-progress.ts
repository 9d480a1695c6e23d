import { type BatchProgress, Failure } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { countBatch } from '../store/batches.ts'

/** Whose jobs of a batch the caller means: the own, or an administrator's everybody's, as for single jobs. */
export const whoseBatch = ({ userId, role }: Pick<Principal, 'userId' | 'role'>): string | null =>
  role === 'admin' ? null : userId

/** How far a batch of the caller's is; `not_found` for another's, as for a missing one. */
export async function batchProgress(
  db: Queryable,
  principal: Principal,
  batchId: string,
): Promise<BatchProgress> {
  const counts = await countBatch(db, whoseBatch(principal), batchId)
  if (counts === null) throw new Failure('not_found', 'There is no such batch.')
  const { pending = 0, processing = 0, complete = 0, failed = 0, cancelled = 0 } = counts
  const total = pending + processing + complete + failed + cancelled
  return { batchId, total, pending, processing, complete, failed, cancelled }
}
