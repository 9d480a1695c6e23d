import type { JobBook, JobOwner, JobRecord } from '../jobs/index.ts'
import { createSharedTransaction, type SharedTransaction } from '../platform/database/index.ts'
import type { Database } from '../platform/database/port.ts'
import type { Foreground } from '../platform/foreground.ts'

/** Takes a job for one worker; null when there is nothing to take: it is done, another's, or not its turn. */
export type Claim = SharedTransaction<string, JobRecord | null>

export interface ClaimsDeps {
  db: Pick<Database, 'transaction'>
  book: Pick<JobBook, 'claim'>
  owner: Pick<JobOwner, 'begun'>
  /** What goes first in this process. */
  foreground?: Pick<Foreground, 'calm'> | undefined
}

/** No worker has more places than this. */
const mostAtOnce = 256
/** Uploads without end must not stop the making of what came before. */
const makesWayMs = 500

/**
 * One claim at a time: messages that come meanwhile are claimed together by the next, in one transaction, each job with a lease
 * and a fence of its own.
 */
export function createClaims({ db, book, owner, foreground }: ClaimsDeps, holder: string): Claim {
  return createSharedTransaction({
    db,
    mostAtOnce,
    before: foreground && (() => foreground.calm(makesWayMs)),
    work: async (tx, jobIds: readonly string[]) => {
      const claimed = await book.claim(tx, [...new Set(jobIds)], holder)
      for (const job of claimed) await owner.begun(tx, job)
      const jobs = new Map(claimed.map((job) => [job.id, job]))
      return jobIds.map((jobId) => {
        const job = jobs.get(jobId) ?? null
        // The same message twice: one of them runs the job.
        jobs.delete(jobId)
        return job
      })
    },
  })
}
