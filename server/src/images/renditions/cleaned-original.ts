import type { Database } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { isRenderDeath, type Patch, type Rendering } from '../../rendering/port.ts'
import { findCleaned, keepCleaned } from '../store/cleaned-originals.ts'
import type { VersionFacts } from '../types.ts'

export interface CleaningDeps {
  db: Database
  storage: Storage
  rendering: Pick<Rendering, 'clean' | 'cleaningRules'>
}

/**
 * What strangers get another original by than the owner: places in the file and what stands there for them. None when
 * there is nothing to hide; null when the file was not understood, or looking through it was killed: were that not kept
 * too, whoever asks for such a file again and again would keep the files of others waiting. Looked for once for each
 * original.
 */
export async function cleanedOriginal(
  { db, storage, rendering }: CleaningDeps,
  { imageId, original: { key } }: Pick<VersionFacts, 'imageId' | 'original'>,
  signal: AbortSignal,
): Promise<Patch[] | null> {
  const name = { imageId, key, rules: rendering.cleaningRules }
  const before = await findCleaned(db, name)
  if (before !== undefined) return before.patches
  await using file = await storage.open(key, { signal })
  const patches = await rendering.clean(file.path, { signal }).catch((error: unknown) => {
    if (isRenderDeath(error)) return null
    throw error
  })
  await keepCleaned(db, name, patches)
  return patches
}
