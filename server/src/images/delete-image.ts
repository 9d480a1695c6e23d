import type { JobBook } from '../jobs/index.ts'
import { jobCancelledTopic } from '../jobs/index.ts'
import type { Database, Queryable, Transaction } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { imagePrefix, type StorageKey } from '../platform/storage/key.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { ownImageLocked } from './access.ts'
import { imageChangedTopic } from './types.ts'

export interface DeleteDeps {
  db: Database
  storage: Storage
  bus: Bus
  book: JobBook
  log: Logger
}

/**
 * Deletes an image for good: rows, jobs and a note of the prefix in one transaction, then every blob below it.
 * A crash in between leaves the note, and the sweeper does the rest.
 */
export async function deleteImage(deps: DeleteDeps, principal: Principal, imageId: string): Promise<void> {
  const cancelled = await deps.db.transaction(async (tx) => {
    const image = await ownImageLocked(tx, principal, imageId)
    return forgetImage(deps, tx, image.id, image.ownerId)
  })
  await afterForgetting(deps, [imageId], cancelled)
}

/** Deletes everything of an owner, in batches; for the end of an account. */
export async function deleteImagesOf(deps: DeleteDeps, ownerId: string): Promise<void> {
  for (;;) {
    const { ids, cancelled } = await deps.db.transaction(async (tx) => {
      const rows = await tx.query<{ id: string }>(
        'select id from images where owner_id = $1 order by id limit 50 for update',
        [ownerId],
      )
      const jobs: string[] = []
      for (const { id } of rows) jobs.push(...(await forgetImage(deps, tx, id, ownerId)))
      return { ids: rows.map(({ id }) => id), cancelled: jobs }
    })
    if (ids.length === 0) return
    await afterForgetting(deps, ids, cancelled)
  }
}

/** The rows' part. Gives the jobs that were cancelled. */
async function forgetImage(
  { book }: DeleteDeps,
  tx: Transaction,
  imageId: string,
  ownerId: string,
): Promise<string[]> {
  const cancelled = await book.cancelImage(tx, imageId)
  await tx.query('delete from images where id = $1', [imageId])
  await tx.query('insert into blob_removals (prefix) values ($1) on conflict do nothing', [
    imagePrefix(imageId),
  ])
  await book.emit(tx, [{ type: 'image.deleted', ownerId, imageId, data: { id: imageId } }])
  return cancelled
}

async function afterForgetting(
  deps: DeleteDeps,
  imageIds: readonly string[],
  cancelled: readonly string[],
): Promise<void> {
  const { bus, log } = deps
  await Promise.all([
    ...imageIds.map((imageId) => bus.publish(imageChangedTopic, { imageId })),
    ...cancelled.map((jobId) => bus.publish(jobCancelledTopic, { jobId })),
  ]).catch((error: unknown) => log.warn({ err: error }, 'images: a deletion was not announced'))
  for (const imageId of imageIds) {
    await removePrefix(deps, imagePrefix(imageId)).catch((error: unknown) =>
      log.warn({ err: error, imageId }, 'images: blobs are left for the sweeper'),
    )
  }
}

/** Deletes every blob below a prefix, then the note that asked for it. */
export async function removePrefix(
  { db, storage }: { db: Queryable; storage: Storage },
  prefix: string,
): Promise<void> {
  let batch: StorageKey[] = []
  for await (const { key } of storage.list(prefix)) {
    batch.push(key)
    if (batch.length < 500) continue
    await storage.delete(batch)
    batch = []
  }
  if (batch.length > 0) await storage.delete(batch)
  await db.query('delete from blob_removals where prefix = $1', [prefix])
}
