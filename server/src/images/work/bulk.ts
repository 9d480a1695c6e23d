import type { Attempt, StoredResult } from '../../jobs/index.ts'
import { applyChange, atOnce, type BulkDeps, type NoteBulk } from '../bulk/apply-change.ts'
import { bulkInputSchema } from '../job-inputs.ts'
import { countImages, listIdsOf } from '../store/image-lists.ts'
import { completeJob, nothingMade } from './job-results.ts'

/**
 * Changes many images, some at a time. A further attempt begins anew: what is changed already is left as it is, and told of
 * to nobody. A query is gone through from the newest image there is now, so what comes meanwhile is not in it; and what
 * comes into the trash after it was asked for is not deleted by it, however late this attempt is.
 */
export async function changeMany(deps: BulkDeps, { job, signal, progress }: Attempt): Promise<void> {
  const { imageIds, query, change } = bulkInputSchema.parse(job.input)
  const { ownerId } = job
  const askedAt = query === null ? null : job.createdAt
  const total = imageIds?.length ?? (await countImages(deps.db, ownerId, query ?? {}))
  let [changed, refused, seen] = [0, 0, 0]
  const note: NoteBulk = (tx, outcome) =>
    deps.deeds.addTo(tx, { action: 'image.bulk', targetId: job.id }, outcome)
  let before: string | null = null
  for (;;) {
    signal.throwIfAborted()
    const some: readonly string[] =
      imageIds?.slice(seen, seen + atOnce) ??
      (await listIdsOf(deps.db, ownerId, query ?? {}, { before, limit: atOnce }))
    if (some.length === 0) break
    const outcome = await applyChange(deps, { userId: ownerId }, some, change, { askedAt, note })
    changed += outcome.changed
    refused += outcome.refused.length
    seen += some.length
    before = some.at(-1) ?? null
    progress(Math.min(0.99, seen / Math.max(1, total)))
  }
  await deps.db.transaction((tx) => completeJob(deps.book, tx, job, resultOf(changed, refused)))
}

const resultOf = (changed: number, refused: number): StoredResult => ({
  ...nothingMade,
  counts: { changed, refused },
})
