import type { Principal } from '../../platform/http/principal.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { bytesOf, deleteBlobs } from '../renditions/ledger.ts'
import type { KeptResults } from '../results/kept-results.ts'
import { takePassing } from '../store/removals.ts'
import { takeResults } from '../store/results.ts'
import { ownImageLocked } from './access.ts'
import type { ChangeDeps } from './change-image.ts'
import { tellOf } from './tell.ts'

/** Removes what URLs and finished jobs can have made again. `announce` comes between the rows and their blobs. */
export async function purgeRenditions(
  deps: ChangeDeps & { storage: Storage; results: KeptResults },
  principal: Principal,
  imageId: string,
  announce: () => Promise<void>,
): Promise<{ removed: number; bytes: number }> {
  const { removed, results } = await deps.db.transaction(async (tx) => {
    const image = await ownImageLocked(tx, principal, imageId)
    const taken = await takePassing(tx, imageId)
    // Caches in front of the service hear of it by the same way as of every change.
    await tellOf(deps, tx, image, ['image.updated'])
    const results = await takeResults(tx, imageId)
    const gone = [...taken, ...results]
    const details = { renditions: { from: gone.length, to: 0 }, bytes: { from: bytesOf(gone), to: 0 } }
    const { ownerId } = image
    await deps.deeds.record(tx, principal, { action: 'image.purge', targetId: imageId, ownerId, details })
    return { removed: taken, results }
  })
  await announce()
  await deleteBlobs(deps.storage, removed)
  await deps.results.drop(results)
  const all = [...removed, ...results]
  return { removed: all.length, bytes: bytesOf(all) }
}
