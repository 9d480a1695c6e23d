import { type Attempt, LeaseLost, type StoredResult } from '../../jobs/index.ts'
import { applyChange, atOnce, type BulkDeps, type NoteBulk } from '../bulk/apply-change.ts'
import { bulkInputSchema } from '../job-inputs.ts'
import { countImages, listIdsOf } from '../store/image-lists.ts'
import { completeJob, nothingMade } from './job-results.ts'

/**
 * Changes many images, some at a time. Each time says how far it came, so a further attempt goes on there, and its result counts
 * all of them; a worker that lost the job changes nothing more. A query is gone through from the newest image there is, so what
 * comes meanwhile is not in it; and what comes into the trash after it was asked for is not deleted by it, however late this attempt is.
 */
export async function changeMany(deps: BulkDeps, { job, signal, progress }: Attempt): Promise<void> {
  const input = bulkInputSchema.parse(job.input)
  const { imageIds, query, change } = input
  const { ownerId } = job
  const askedAt = query === null ? null : job.createdAt
  let done = input.done ?? { seen: 0, before: null, changed: 0, refused: 0 }
  const total = imageIds?.length ?? done.seen + (await countImages(deps.db, ownerId, query ?? {}))
  for (;;) {
    signal.throwIfAborted()
    const some: readonly string[] =
      imageIds?.slice(done.seen, done.seen + atOnce) ??
      (await listIdsOf(deps.db, ownerId, query ?? {}, { before: done.before, limit: atOnce }))
    if (some.length === 0) break
    const { seen, changed, refused } = done
    const after = (outcome: { changed: number; refused: number }) => ({
      seen: seen + some.length,
      before: some.at(-1) ?? null,
      changed: changed + outcome.changed,
      refused: refused + outcome.refused,
    })
    const note: NoteBulk = async (tx, outcome, refusals) => {
      const far = after({ changed: outcome.changed, refused: refusals })
      if (!(await deps.book.remember(tx, job, { done: far }))) throw new LeaseLost()
      await deps.deeds.addTo(tx, { action: 'image.bulk', targetId: job.id }, outcome)
    }
    const outcome = await applyChange(deps, { userId: ownerId }, some, change, { askedAt, note })
    done = after({ changed: outcome.changed, refused: outcome.refused.length })
    progress(Math.min(0.99, done.seen / Math.max(1, total)))
  }
  await deps.db.transaction((tx) => completeJob(deps.book, tx, job, resultOf(done.changed, done.refused)))
}

const resultOf = (changed: number, refused: number): StoredResult => ({
  ...nothingMade,
  counts: { changed, refused },
})
