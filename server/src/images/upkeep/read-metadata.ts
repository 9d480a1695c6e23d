import { isFailure } from '@rendition/contract'
import type { Database } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { isRenderDeath, type Rendering } from '../../rendering/port.ts'
import { keepPalette, keepRead, takeUnread, type Unread } from '../store/unread.ts'

export interface ReadMetadataDeps {
  db: Database
  storage: Storage
  rendering: Pick<Rendering, 'describe' | 'metadataRules' | 'paletteOf'>
  log: Logger
}

/** Originals of one pass: each may have to come from a bucket. */
const batch = 20

/**
 * One pass of reading what originals say that were stored before anybody read it. Each is written down by itself, so a
 * pass that is killed loses one at most, and the next one goes on from what the rows say, in whichever process. Gives
 * whether there was anything.
 */
export async function readUnread(deps: ReadMetadataDeps): Promise<boolean> {
  const { db, rendering, log } = deps
  const unread = await takeUnread(db, rendering.metadataRules, batch)
  for (const original of unread) {
    const { imageId, thumbhash } = original
    if (thumbhash !== null) await keepPalette(db, imageId, thumbhash, rendering.paletteOf(thumbhash))
    try {
      await readOne(deps, original)
    } catch (error) {
      log.warn({ err: error, imageId }, 'images: what an original says was not read, and is tried again')
    }
  }
  return unread.length > 0
}

async function readOne({ db, storage, rendering }: ReadMetadataDeps, original: Unread): Promise<void> {
  const rules = rendering.metadataRules
  try {
    await using file = await storage.open(original.key)
    await keepRead(db, original, { metadata: await rendering.describe(file.path), rules })
  } catch (error) {
    // Gone, or it ends the process that reads it: trying again changes nothing.
    if (!isRenderDeath(error) && !isFailure(error, 'not_found')) throw error
    await keepRead(db, original, { metadata: null, rules })
  }
}
