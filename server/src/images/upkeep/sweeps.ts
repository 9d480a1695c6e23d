import { startLoop } from '../../platform/loop.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { foldFacets } from '../store/facets.ts'
import { foldOriginals } from '../store/original-totals.ts'
import { prunePurges } from '../store/purges.ts'
import { type ApplyDeps, applyPresets } from './apply-presets.ts'
import { type LookDeps, lookAtOriginals } from './look-at-originals.ts'
import { type ReadMetadataDeps, readUnread } from './read-metadata.ts'
import { type RenewDeps, renewRenditions } from './renew-renditions.ts'
import { type SweepDeps, sweepExpired, sweepOrphans } from './sweep-blobs.ts'
import { type SweepTrashDeps, sweepTrash } from './sweep-trash.ts'

/** Only a process of the version before, still running beside this one, makes more of an earlier epoch. */
const nothingOldMs = 10 * 60_000
/** As long as their jobs, by default. */
const purgesKeptDays = 30

/** While a set of presets is made: so often as many versions as may be made at once. */
const applyEveryMs = 500

export interface SweepsDeps
  extends SweepDeps,
    RenewDeps,
    ApplyDeps,
    SweepTrashDeps,
    ReadMetadataDeps,
    LookDeps {
  log: Logger
  rendering: ReadMetadataDeps['rendering'] & LookDeps['rendering']
  /** Uploads that were not finished. */
  uploads: { start(): Promise<void>; sweep(): Promise<void>; sweepLost(graceMs: number): Promise<string[]> }
  /** Exports whose time is over; gives how many went. */
  exports: { sweep(): Promise<number> }
  config: {
    orphanSweepMs: number
    expirySweepMs: number
    renewalMs: number
    trashDays: number
    unreadMs: number
    renderTimeoutMs: number
    foldMs: number
  }
}

/** Runs the sweeps on their own schedules until stopped. Several processes may: each statement finds its own rows. */
export function startSweeps(deps: SweepsDeps): () => Promise<void> {
  const { log, config, uploads, exports } = deps
  uploads.start().catch((error: unknown) => log.warn({ err: error }, 'images: uploads are still held'))
  // The first run comes after the first pause: a start has better things to do.
  const every = (name: string, ms: number, pass: () => Promise<number | undefined>) =>
    startLoop({ name: `images: ${name}`, everyMs: ms, firstMs: ms, pass, log })
  const applying = every('presets', config.renewalMs, async () =>
    (await applyPresets(deps)) ? applyEveryMs : config.renewalMs,
  )
  // Somebody waits for the first step
  const unfollow = deps.presets.onChanged(() => applying.wake())
  const loops = [
    applying,
    every('expired results', config.expirySweepMs, async () => {
      await sweepExpired(deps)
      return undefined
    }),
    every('trash', config.expirySweepMs, async () => {
      const deleted = await sweepTrash(deps)
      if (deleted > 0) log.info({ images: deleted }, 'images: deleted out of the trash')
      return undefined
    }),
    every('exports', config.expirySweepMs, async () => {
      await exports.sweep()
      return undefined
    }),
    every('purges', config.expirySweepMs, async () => {
      await prunePurges(deps.db, purgesKeptDays)
      return undefined
    }),
    every('unfinished uploads', config.expirySweepMs, async () => {
      await uploads.sweep()
      return undefined
    }),
    every('renewal', config.renewalMs, async () =>
      (await renewRenditions(deps)) ? config.renewalMs : Math.max(config.renewalMs, nothingOldMs),
    ),
    every('facets', config.foldMs, async () => ((await foldFacets(deps.db, 5_000)) > 0 ? 0 : undefined)),
    every('totals', config.foldMs, async () => ((await foldOriginals(deps.db, 5_000)) > 0 ? 0 : undefined)),
    every('unread originals', config.unreadMs, async () =>
      (await readUnread(deps)) ? 0 : Math.max(config.unreadMs, nothingOldMs),
    ),
    every('unseen originals', config.unreadMs, async () =>
      (await lookAtOriginals(deps)) ? 0 : config.unreadMs,
    ),
    every('orphaned blobs', config.orphanSweepMs, async () => {
      const removed = [...(await sweepOrphans(deps)), ...(await uploads.sweepLost(deps.orphanGraceMs))]
      if (removed.length > 0) log.info({ blobs: removed.length }, 'images: orphaned blobs removed')
      return undefined
    }),
  ]
  return async () => {
    unfollow()
    await Promise.all(loops.map((loop) => loop.stop()))
  }
}
