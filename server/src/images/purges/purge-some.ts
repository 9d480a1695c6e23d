import { isFailure } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { renditionsJob } from '../job-inputs.ts'
import type { ChangeDeps } from '../library/change-image.ts'
import type { AnnounceChange } from '../library/show-changed.ts'
import { tellOfMany } from '../library/tell.ts'
import { bytesOf, deleteBlobs } from '../renditions/ledger.ts'
import type { KeptResults } from '../results/kept-results.ts'
import { readImages } from '../store/images.ts'
import { holdImage } from '../store/locks.ts'
import { advancePurge, type Looked, type PurgeRecord, takePresets } from '../store/purges.ts'
import { type Removed, takePassing } from '../store/removals.ts'
import { type ResultName, takeResults } from '../store/results.ts'
import type { ImageRecord } from '../store/rows.ts'

export type PurgeSomeDeps = ChangeDeps & { storage: Storage; results: KeptResults; announce: AnnounceChange }

/**
 * Purges those of the images that are meant, and notes in the same transaction that they are behind: what a further attempt
 * goes on with is exactly the rest. Originals are no renditions, so nothing here can reach them.
 */
export async function purgeSome(
  deps: PurgeSomeDeps,
  purge: PurgeRecord,
  looked: readonly Looked[],
): Promise<void> {
  const last = looked.at(-1)
  if (last === undefined) return
  const { removed, results, purged } = await deps.db.transaction(async (tx) => {
    const blobs: Removed[] = []
    const passing: (ResultName & { size: number })[] = []
    const there: string[] = []
    for (const { id } of looked.filter(({ meant }) => meant)) {
      if (!(await holdImage(tx, id))) continue
      there.push(id)
      blobs.push(...(await takePassing(tx, id)))
      passing.push(...(await takeResults(tx, id)))
    }
    const images = await readImages(tx, there)
    for (const image of images) blobs.push(...(await renewPresets(deps, tx, purge, image)))
    // Caches in front hear of it by the same way as of every change; of what lies in the trash nothing is told.
    await tellOfMany(
      deps,
      tx,
      images.filter(({ trashedAt }) => trashedAt === null),
      'image.updated',
    )
    await advancePurge(tx, purge.id, {
      afterId: last.id,
      seen: looked.length,
      images: there.length,
      renditions: blobs.length + passing.length,
      bytes: bytesOf(blobs) + bytesOf(passing),
    })
    return { removed: blobs, results: passing, purged: there }
  })
  // Between the rows and the bytes, so that no process looks for what is gone.
  await Promise.all(purged.map((id) => deps.announce(id)))
  await deleteBlobs(deps.storage, removed)
  await deps.results.drop(results)
}

/** Removes what presets made where the purge means them, and has it made again behind everything else. */
async function renewPresets(
  { book }: PurgeSomeDeps,
  tx: Transaction,
  { what, value, presets }: PurgeRecord,
  image: ImageRecord,
): Promise<Removed[]> {
  const name = what === 'preset' && !presets ? value : null
  if (what !== 'preset' && !presets) return []
  const taken = await takePresets(tx, image.id, name)
  const versions = [...new Set(taken.map(({ version }) => version))].sort((a, b) => a - b)
  try {
    await book.enqueue(
      tx,
      versions.map((version) => ({
        ...renditionsJob(image.ownerId, image.id, version, name === null ? null : [name]),
        // Equal to none: one that runs may have recorded before what was just taken, and makes it no second time.
        workKey: null,
        priority: 'bulk' as const,
        housekeeping: true,
      })),
    )
  } catch (error) {
    // Of an account that is going nothing is made anew. Said before anything was written.
    if (!isFailure(error, 'token_invalid')) throw error
  }
  return taken
}
