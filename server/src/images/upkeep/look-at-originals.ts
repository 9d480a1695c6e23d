import { isFailure } from '@rendition/contract'
import type { Database } from '../../platform/database/port.ts'
import { storageKey } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { isRenderDeath, type Rendering } from '../../rendering/port.ts'
import { sortLooks } from '../library/alike.ts'
import { holdImage } from '../store/locks.ts'
import { findSmallWhole, ownersOfUnsorted, recordLook, takeUnlooked, type Unlooked } from '../store/looks.ts'

export interface LookDeps {
  db: Database
  storage: Storage
  rendering: Pick<Rendering, 'render' | 'lookRules'>
  log: Logger
  config: { renderTimeoutMs: number }
}

/** Originals of one pass. */
const batch = 20
/** Accounts whose looks one pass sorts. */
const owners = 20
/** Pixels: no fewer are looked at than of a picture that comes now. */
const leastSide = 100

/**
 * One pass of looking at originals that were there before anybody did, and of sorting what looks the same into groups. A
 * stored preset that shows the whole picture is looked at where there is one: its look is the same, and it is decoded in a
 * twentieth of the time. Each is written down by itself, so a pass that is killed loses one at most. Gives whether there
 * was anything.
 */
export async function lookAtOriginals(deps: LookDeps): Promise<boolean> {
  const { db, log } = deps
  const unlooked = await takeUnlooked(db, batch)
  for (const original of unlooked) {
    try {
      await lookAt(deps, original)
    } catch (error) {
      log.warn(
        { err: error, imageId: original.imageId },
        'images: an original was not looked at, and is tried again',
      )
    }
  }
  let sorted = 0
  for (const ownerId of await ownersOfUnsorted(db, owners)) sorted += await sortLooks(db, ownerId)
  return unlooked.length + sorted > 0
}

async function lookAt(deps: LookDeps, { imageId, version, key, plain }: Unlooked): Promise<void> {
  const small = plain ? await findSmallWhole(deps.db, imageId, version, leastSide) : null
  const seen = (small === null ? null : await lookAtFile(deps, small)) ?? (await lookAtFile(deps, key))
  await deps.db.transaction(async (tx) => {
    if (!(await holdImage(tx, imageId))) return
    await recordLook(tx, imageId, storageKey(key), seen?.look ?? null, deps.rendering.lookRules)
  })
}

/** null where it is gone, or cannot be looked at: trying again changes nothing. */
async function lookAtFile(
  { storage, rendering, config }: LookDeps,
  key: string,
): Promise<{ look: string | null } | null> {
  try {
    await using file = await storage.open(storageKey(key))
    const { placeholder } = await rendering.render(
      { source: { file: file.path }, outputs: [], placeholder: true },
      { timeoutMs: config.renderTimeoutMs, lane: 'bulk' },
    )
    return placeholder
  } catch (error) {
    const isFinal = isRenderDeath(error) || (isFailure(error) && error.status < 500 && error.status !== 429)
    if (isFinal) return null
    throw error
  }
}
