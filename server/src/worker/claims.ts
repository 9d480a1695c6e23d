import type { JobBook, JobOwner, JobRecord } from '../jobs/index.ts'
import type { Database } from '../platform/database/port.ts'
import type { Foreground } from '../platform/foreground.ts'

/** Takes jobs for one worker. */
export interface Claims {
  /** null when there is nothing to take: it is done, another's, or not its turn. */
  claim(jobId: string): Promise<JobRecord | null>
}

export interface ClaimsDeps {
  db: Pick<Database, 'transaction'>
  book: Pick<JobBook, 'claim'>
  owner: Pick<JobOwner, 'begun'>
  /** What goes first in this process. */
  foreground?: Pick<Foreground, 'calm'> | undefined
}

interface Waiting {
  jobId: string
  resolve: (job: JobRecord | null) => void
  reject: (error: unknown) => void
}

/**
 * One claim at a time: messages that come meanwhile are claimed together by the next, in one transaction, each job with a lease
 * and a fence of its own. No worker has more places than this.
 */
const mostAtOnce = 256
/** Uploads without end must not stop the making of what came before. */
const makesWayMs = 500

export function createClaims({ db, book, owner, foreground }: ClaimsDeps, holder: string): Claims {
  let waiting: Waiting[] = []
  let running = false

  const take = async (some: readonly Waiting[]): Promise<void> => {
    try {
      const jobs = await db.transaction(async (tx) => {
        const claimed = await book.claim(tx, [...new Set(some.map(({ jobId }) => jobId))], holder)
        for (const job of claimed) await owner.begun(tx, job)
        return new Map(claimed.map((job) => [job.id, job]))
      })
      for (const { jobId, resolve } of some) {
        resolve(jobs.get(jobId) ?? null)
        // The same message twice: one of them runs the job.
        jobs.delete(jobId)
      }
    } catch (error) {
      for (const { reject } of some) reject(error)
    }
  }
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      if (foreground !== undefined) await foreground.calm(makesWayMs)
      const some = waiting.slice(0, mostAtOnce)
      waiting = waiting.slice(mostAtOnce)
      await take(some)
    }
    running = false
  }
  return {
    claim: (jobId) =>
      new Promise((resolve, reject) => {
        waiting.push({ jobId, resolve, reject })
        if (running) return
        running = true
        void drain()
      }),
  }
}
