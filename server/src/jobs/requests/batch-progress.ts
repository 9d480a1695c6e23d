import { type BatchProgress, Failure } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { countBatch } from '../store/jobs.ts'

/** How far the caller's own batch is; `not_found` for another's, as for a missing one. */
export async function batchProgress(
  db: Queryable,
  principal: Principal,
  batchId: string,
): Promise<BatchProgress> {
  const counts = await countBatch(db, principal.userId, batchId)
  if (counts === null) throw new Failure('not_found', 'There is no such batch.')
  const { pending = 0, processing = 0, complete = 0, failed = 0, cancelled = 0 } = counts
  const total = pending + processing + complete + failed + cancelled
  return { batchId, total, pending, processing, complete, failed, cancelled }
}
