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
    const deleted = await deleteSome(deps, 'trash', (tx) => lockTrashDue(tx, trashDays, atOnce))
    count += deleted.length
    if (deleted.length < atOnce) return count
  }
}
