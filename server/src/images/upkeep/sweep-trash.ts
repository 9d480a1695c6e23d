import { theService } from '../../platform/audit.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { type DeleteDeps, deleteSome } from '../library/delete-image.ts'
import { lockTrashDue } from '../store/trash.ts'

export interface SweepTrashDeps extends DeleteDeps {
  config: { trashDays: number }
}

/** In one transaction. */
const atOnce = 50

/** Deletes for good what has lain in the trash for its time; gives how many. */
export async function sweepTrash(deps: SweepTrashDeps): Promise<number> {
  const { trashDays } = deps.config
  if (trashDays === 0) return 0
  let count = 0
  for (;;) {
    const deleted = await deleteSome(
      deps,
      'trash',
      (tx) => lockTrashDue(tx, trashDays, atOnce),
      (tx, images) => noteThem(deps, tx, images, trashDays),
    )
    count += deleted.length
    if (deleted.length < atOnce) return count
  }
}

/** One entry for the images of each owner. */
async function noteThem(
  { deeds }: DeleteDeps,
  tx: Transaction,
  images: readonly { id: string; ownerId: string }[],
  trashDays: number,
): Promise<void> {
  for (const ownerId of new Set(images.map((image) => image.ownerId))) {
    const imageIds = images.filter((image) => image.ownerId === ownerId).map(({ id }) => id)
    const details = { images: imageIds.length, imageIds, trashDays }
    await deeds.record(tx, theService, { action: 'image.delete', targetId: null, ownerId, details })
  }
}
