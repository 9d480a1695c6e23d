import type { Database } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { deleteUploads, listUploadIds } from '../store/uploads.ts'

export interface EraseDeps {
  db: Database
  storage: Pick<Storage, 'growing'>
}

/** Bytes first: while there is a row, somebody comes back for them. */
export async function eraseUploads({ db, storage }: EraseDeps, ids: readonly string[]): Promise<void> {
  for (const id of ids) await storage.growing.remove(id)
  await deleteUploads(db, ids)
}

/** Everything of an owner, for the end of an account. */
export async function eraseUploadsOf(deps: EraseDeps, ownerId: string): Promise<void> {
  for (;;) {
    const ids = await listUploadIds(deps.db, ownerId, 50)
    if (ids.length === 0) return
    await eraseUploads(deps, ids)
  }
}
