import type { Attempt } from '../../jobs/index.ts'
import { purgeInputSchema } from '../job-inputs.ts'
import { type PurgeSomeDeps, purgeSome } from '../purges/purge-some.ts'
import { findPurge, lookAhead, settlePurge } from '../store/purges.ts'
import { countImagesOfAll } from '../store/stored-bytes.ts'
import { completeJob, nothingMade } from './job-results.ts'

/** Images looked at by one statement: rows that are not meant cost microseconds each. */
const lookedAtOnce = 500
/** Images purged in one transaction: their locks are held that long. */
const purgedAtOnce = 25

/** Goes through all images in the order of their ids and purges those that are meant; a further attempt goes on where it was. */
export async function purgeCaches(deps: PurgeSomeDeps, { job, signal, progress }: Attempt): Promise<void> {
  const { purgeId } = purgeInputSchema.parse(job.input)
  const first = await findPurge(deps.db, purgeId)
  if (first !== null) {
    const total = first.what === 'image' ? 1 : await countImagesOfAll(deps.db)
    let [afterId, seen] = [first.afterId, first.seen]
    for (;;) {
      signal.throwIfAborted()
      const looked = await lookAhead(deps.db, { ...first, afterId }, lookedAtOnce)
      if (looked.length === 0) break
      for (let from = 0; from < looked.length; ) {
        signal.throwIfAborted()
        const to = endOfChunk(looked, from)
        await purgeSome(deps, first, looked.slice(from, to))
        seen += to - from
        from = to
        progress(Math.min(0.99, seen / Math.max(1, total)))
      }
      afterId = looked.at(-1)?.id ?? afterId
    }
  }
  await deps.db.transaction(async (tx) => {
    await completeJob(deps.book, tx, job, nothingMade)
    await settlePurge(tx, purgeId, 'complete')
  })
}

/** So far that no more are meant than one transaction purges. */
function endOfChunk(looked: readonly { meant: boolean }[], from: number): number {
  let meant = 0
  for (let at = from; at < looked.length; at += 1) {
    if (looked[at]?.meant === true) meant += 1
    if (meant === purgedAtOnce) return at + 1
  }
  return looked.length
}
