import { isFailure } from '@rendition/contract'
import type { Database } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { isRenderDeath, type Rendering } from '../../rendering/port.ts'
import { indexBefore, keepPalette, keepRead, takeUnread, type Unread } from '../store/unread.ts'

export interface ReadMetadataDeps {
  db: Database
  storage: Storage
  rendering: Pick<Rendering, 'describe' | 'metadataRules' | 'paletteOf'>
  log: Logger
}

/** Images that one pass takes into the index of searches. */
const indexed = 500
/** Originals of one pass: each may have to come from a bucket. */
const batch = 20

/**
 * One pass of reading what originals say that were stored before anybody read it, and of taking images into the index of
 * searches that were there before it. Each is written down by itself, so a
 * pass that is killed loses one at most, and the next one goes on from what the rows say, in whichever process. Gives
 * whether there was anything.
 */
export async function readUnread(deps: ReadMetadataDeps): Promise<boolean> {
  const { db, rendering, log } = deps
  const before = await indexBefore(db, indexed)
  const unread = await takeUnread(db, rendering.metadataRules, batch)
  for (const original of unread) {
    const { imageId, thumbhash } = original
    if (thumbhash !== null) {
      const palette = rendering.paletteOf(thumbhash)
      await db.transaction((tx) => keepPalette(tx, imageId, thumbhash, palette))
    }
    try {
      await readOne(deps, original)
    } catch (error) {
      log.warn({ err: error, imageId }, 'images: what an original says was not read, and is tried again')
    }
  }
  return unread.length + before > 0
}

async function readOne({ db, storage, rendering }: ReadMetadataDeps, original: Unread): Promise<void> {
  const rules = rendering.metadataRules
  try {
    await using file = await storage.open(original.key)
    const metadata = await rendering.describe(file.path)
    await db.transaction((tx) => keepRead(tx, original, { metadata, rules }))
  } catch (error) {
    // Gone, or it ends the process that reads it: trying again changes nothing.
    if (!isRenderDeath(error) && !isFailure(error, 'not_found')) throw error
    await db.transaction((tx) => keepRead(tx, original, { metadata: null, rules }))
  }
}
