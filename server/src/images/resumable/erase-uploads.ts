import type { Database } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { deleteUploads, listUploadIds, readUpload } from '../store/uploads.ts'

export interface EraseDeps {
  db: Database
  storage: Pick<Storage, 'growing'>
}

/** Bytes first: while there is a row, somebody comes back for them. */
export async function eraseUploads({ db, storage }: EraseDeps, ids: readonly string[]): Promise<void> {
  for (const id of ids) await storage.growing.remove(id)
  await deleteUploads(db, ids)
}

/**
 * One whose creation was refused or cut off: its client, who was not told where it is, sends all of it again, and what is left
 * here would count until it expires. What it has become stays.
 */
export async function eraseUntold(deps: EraseDeps & { log: Logger }, id: string): Promise<void> {
  try {
    const upload = await readUpload(deps.db, id)
    if (upload !== null && upload.imageId === null && upload.jobId === null) await eraseUploads(deps, [id])
  } catch (error) {
    deps.log.warn({ err: error, id }, 'uploads: one that nobody knows of is left until it expires')
  }
}

/** Everything of an owner, for the end of an account. */
export async function eraseUploadsOf(deps: EraseDeps, ownerId: string): Promise<void> {
  for (;;) {
    const ids = await listUploadIds(deps.db, ownerId, 50)
    if (ids.length === 0) return
    await eraseUploads(deps, ids)
  }
}
