import type { StorageKey } from '../../platform/storage/key.ts'
import { applyPresets } from './apply-presets.ts'
import { lookAtOriginals } from './look-at-originals.ts'
import { readUnread } from './read-metadata.ts'
import { renewRenditions } from './renew-renditions.ts'
import { sweepExpired, sweepOrphans } from './sweep-blobs.ts'
import { sweepTrash } from './sweep-trash.ts'
import { type SweepsDeps, startSweeps } from './sweeps.ts'

/** What happens by the clock. */
export interface Upkeep {
  /** Starts the removal of what is expired, interrupted or orphaned, and renewal after an epoch; gives the stop. */
  start(): () => Promise<void>
  /** One pass of making anew what an earlier epoch made, whatever the schedule; whether there was anything. */
  renewOnce(): Promise<boolean>
  /** One pass of making a coming set of presets, and of what a change left to do; whether there may be more. */
  applyOnce(): Promise<boolean>
  /** One pass of reading what originals say that were stored before it was read; whether there was anything. */
  readOnce(): Promise<boolean>
  /** One pass of looking at originals that were stored before anybody did; whether there was anything. */
  lookOnce(): Promise<boolean>
  /** One pass of removal, whatever the schedule; gives the orphans it removed. */
  sweepOnce(): Promise<StorageKey[]>
}

export function createUpkeep(deps: SweepsDeps): Upkeep {
  return {
    start: () => startSweeps(deps),
    renewOnce: () => renewRenditions(deps),
    applyOnce: () => applyPresets(deps),
    readOnce: () => readUnread(deps),
    lookOnce: () => lookAtOriginals(deps),
    async sweepOnce() {
      await sweepExpired(deps)
      await sweepTrash(deps)
      await deps.exports.sweep()
      await deps.uploads.sweep()
      return sweepOrphans(deps)
    },
  }
}
