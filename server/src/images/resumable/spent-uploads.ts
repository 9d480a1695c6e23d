import type { Queryable } from '../../platform/database/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { forgetGrowth } from '../store/uploads.ts'

/** Uploads whose bytes are gone since they are images, until their rows say so. */
export interface SpentUploads {
  add(id: string): void
}

const afterMs = 250

/** Written down together, behind who waits for an answer: what a process that ends did not say, the sweep finds. */
export function createSpentUploads({ db, log }: { db: Queryable; log: Logger }): SpentUploads {
  let spent: string[] = []
  const write = (): void => {
    const ids = spent
    spent = []
    forgetGrowth(db, ids).catch((error: unknown) =>
      log.debug({ err: error }, 'uploads: that their bytes are gone is left for the sweep to say'),
    )
  }
  return {
    add(id) {
      spent.push(id)
      if (spent.length === 1) setTimeout(write, afterMs).unref()
    },
  }
}
