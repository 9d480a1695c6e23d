import type { CountUsage, UsageCounts } from '../../platform/usage.ts'
import type { AuthDeps } from '../deps.ts'
import { addUsage } from '../store/usage.ts'

export interface UsageCounter {
  count: CountUsage
  /** Accounts that something was uploaded to since this was asked the last time. */
  takeUploaders(): string[]
  /** Writes down what was counted since the last time. What could not be written stays counted. */
  flush(): Promise<void>
}

/** Of so many accounts is counted while the database is away; what is done for further ones meanwhile is not. */
const mostOwners = 100_000
const writtenAtOnce = 1_000

/** Counts in memory. A process that is killed loses what it counted in the last seconds: these are figures, not a bill. */
export function createUsageCounter({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>): UsageCounter {
  let counted = new Map<string, UsageCounts>()
  const uploaders = new Set<string>()
  const count: CountUsage = (ownerId, counts) => {
    if ((counts.uploads ?? 0) > 0 && uploaders.size < mostOwners) uploaders.add(ownerId)
    let known = counted.get(ownerId)
    if (known === undefined) {
      if (counted.size >= mostOwners) return
      known = { uploads: 0, uploadedBytes: 0, renders: 0, deliveries: 0, deliveredBytes: 0 }
      counted.set(ownerId, known)
    }
    // By name, since a cached answer passes here: by a loop over the names it was a hundredth of one.
    known.uploads += counts.uploads ?? 0
    known.uploadedBytes += counts.uploadedBytes ?? 0
    known.renders += counts.renders ?? 0
    known.deliveries += counts.deliveries ?? 0
    known.deliveredBytes += counts.deliveredBytes ?? 0
  }
  return {
    count,
    takeUploaders() {
      const taken = [...uploaders]
      uploaders.clear()
      return taken
    },
    async flush() {
      // By the day of the writing: what was counted in the last seconds of a day may stand under the next.
      const day = dayOf(clock.now())
      const batch = [...counted].sort(([one], [other]) => (one < other ? -1 : 1))
      counted = new Map()
      for (let at = 0; at < batch.length; at += writtenAtOnce) {
        try {
          await addUsage(db, day, batch.slice(at, at + writtenAtOnce))
        } catch (error) {
          for (const [ownerId, counts] of batch.slice(at)) count(ownerId, counts)
          throw error
        }
      }
    },
  }
}

/** `2026-01-31`, UTC. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10)
