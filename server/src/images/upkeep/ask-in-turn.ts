import { isFailure } from '@rendition/contract'
import type { JobBook, NewJob } from '../../jobs/index.ts'
import type { Database, Transaction } from '../../platform/database/port.ts'
import type { VersionName } from '../store/epochs.ts'

/** Versions that are made anew at once: a few hundred small jobs, behind everything else. */
export const mostAtOnce = 100

/**
 * Asks for jobs on versions in the bulk lane, one owner after the other. `take` marks versions as asked for and gives those
 * that no other process has just taken. Of an account that is gone or going nothing is made anew, and its turn is over all
 * the same: it would be found first again by every pass.
 */
export async function askInTurn(
  { db, book }: { db: Database; book: JobBook },
  versions: readonly (VersionName & { ownerId: string })[],
  take: (tx: Transaction, versions: readonly VersionName[]) => Promise<VersionName[]>,
  jobOf: (ownerId: string, version: VersionName) => NewJob,
): Promise<void> {
  for (const ownerId of new Set(versions.map((version) => version.ownerId))) {
    const theirs = versions.filter((version) => version.ownerId === ownerId)
    await db.transaction(async (tx) => {
      const taken = await take(tx, theirs)
      const jobs = taken.map((version) => ({
        ...jobOf(ownerId, version),
        priority: 'bulk' as const,
        housekeeping: true,
      }))
      try {
        await book.enqueue(tx, jobs)
      } catch (error) {
        // Said before anything was written
        if (!isFailure(error, 'token_invalid')) throw error
      }
    })
  }
}
