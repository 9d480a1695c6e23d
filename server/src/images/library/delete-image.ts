import type { JobBook } from '../../jobs/index.ts'
import { jobCancelledTopic } from '../../jobs/index.ts'
import type { Database, Deeds, Queryable, Transaction } from '../../platform/database/port.ts'
import type { DestroyedImage, ErasedBecause, ErasureBook } from '../../platform/erasure/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { imagePrefix, type StorageKey } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { KeptResults } from '../results/kept-results.ts'
import { forgetRemoval, noteRemoval } from '../store/blobs.ts'
import { readDestroyed } from '../store/destroyed.ts'
import { deleteRow, readImage } from '../store/images.ts'
import { forgetImportsOf } from '../store/imported-images.ts'
import { lockImagesOf } from '../store/locks.ts'
import { type ResultName, takeResults } from '../store/results.ts'
import { imageChangedTopic } from '../types.ts'
import { ownImageAnywhere } from './access.ts'

export interface DeleteDeps {
  db: Database
  storage: Storage
  results: KeptResults
  bus: Bus
  book: JobBook
  erasures: ErasureBook
  deeds: Deeds
  log: Logger
}

/**
 * Deletes an image for good: rows, jobs and a note of the prefix in one transaction, then every blob below it.
 * A crash in between leaves the note, and the sweeper does the rest.
 */
export async function deleteImage(deps: DeleteDeps, principal: Principal, imageId: string): Promise<void> {
  const forgotten = await deps.db.transaction(async (tx) => {
    const image = await ownImageAnywhere(tx, principal, imageId)
    const { forgotten, destroyed } = await forgetImage(deps, tx, image, 'request')
    await deps.deeds.forget(tx, [imageId])
    // Its name goes with it: what it was is said in numbers.
    const { version, visibility, ownerId } = image
    const bytes = destroyed.originals.reduce((sum, original) => sum + original.bytes, 0)
    const details = {
      visibility,
      version,
      versions: destroyed.versions,
      bytes,
      inTrash: image.trashedAt !== null,
    }
    await deps.deeds.record(tx, principal, { action: 'image.delete', targetId: imageId, ownerId, details })
    return forgotten
  })
  await afterForgetting(deps, [imageId], [forgotten])
}

/** Deletes everything of an owner, in batches; for the end of an account. */
export async function deleteImagesOf(deps: DeleteDeps, ownerId: string): Promise<void> {
  for (;;) {
    const deleted = await deleteSome(deps, 'account', async (tx) => {
      const ids = await lockImagesOf(tx, ownerId, 50)
      return ids.map((id) => ({ id, ownerId }))
    })
    if (deleted.length === 0) return forgetImportsOf(deps.db, ownerId)
  }
}

/** Deletes for good what `lock` finds and locks, in one transaction, which `note` writes down; gives the ids. */
export async function deleteSome(
  deps: DeleteDeps,
  because: ErasedBecause,
  lock: (tx: Transaction) => Promise<readonly { id: string; ownerId: string }[]>,
  note: (
    tx: Transaction,
    images: readonly { id: string; ownerId: string }[],
  ) => Promise<void> = async () => {},
): Promise<string[]> {
  const { ids, forgotten } = await deps.db.transaction(async (tx) => {
    const locked = await lock(tx)
    const each: Forgotten[] = []
    for (const image of locked) each.push((await forgetImage(deps, tx, image, because)).forgotten)
    if (locked.length > 0) {
      await deps.deeds.forget(
        tx,
        locked.map(({ id }) => id),
      )
      await note(tx, locked)
    }
    return { ids: locked.map(({ id }) => id), forgotten: each }
  })
  if (ids.length > 0) await afterForgetting(deps, ids, forgotten)
  return ids
}

/** What is done after the rows are gone. */
interface Forgotten {
  /** Jobs. */
  cancelled: readonly string[]
  results: readonly ResultName[]
}

/** The rows' part. */
async function forgetImage(
  { book, erasures }: DeleteDeps,
  tx: Transaction,
  { id: imageId, ownerId }: { id: string; ownerId: string },
  because: ErasedBecause,
): Promise<{ forgotten: Forgotten; destroyed: DestroyedImage }> {
  const destroyed = await readDestroyed(tx, imageId, ownerId)
  const cancelled = await book.cancelImage(tx, imageId)
  const results = await takeResults(tx, imageId)
  await deleteRow(tx, imageId)
  await noteRemoval(tx, imagePrefix(imageId))
  await erasures.noteImage(tx, {
    id: imageId,
    ownerId,
    because,
    destroyed: { ...destroyed, jobs: cancelled.length },
  })
  await book.emit(tx, [{ type: 'image.deleted', ownerId, imageId, data: { id: imageId } }])
  return { forgotten: { cancelled, results }, destroyed: { ...destroyed, jobs: cancelled.length } }
}

async function afterForgetting(
  deps: DeleteDeps,
  imageIds: readonly string[],
  forgotten: readonly Forgotten[],
): Promise<void> {
  const { bus, log } = deps
  const cancelled = forgotten.flatMap((each) => each.cancelled)
  await Promise.all([
    ...imageIds.map((imageId) => bus.publish(imageChangedTopic, { imageId })),
    ...cancelled.map((jobId) => bus.publish(jobCancelledTopic, { jobId })),
  ]).catch((error: unknown) => log.warn({ err: error }, 'images: a deletion was not announced'))
  await deps.results.drop(forgotten.flatMap(({ results }) => results))
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
  await deleteBelow(storage, prefix)
  await forgetRemoval(db, prefix)
}

/**
 * Deletes what lies below the prefix of an image that is gone, and nothing of one that is there. For who stored something
 * of it meanwhile: the prefix may have been looked through before.
 */
export async function removeOfGone(
  { db, storage }: { db: Queryable; storage: Storage },
  imageId: string,
): Promise<void> {
  if ((await readImage(db, imageId)) === null) await deleteBelow(storage, imagePrefix(imageId))
}

async function deleteBelow(storage: Storage, prefix: string): Promise<void> {
  let batch: StorageKey[] = []
  for await (const { key } of storage.list(prefix)) {
    batch.push(key)
    if (batch.length < 500) continue
    await storage.delete(batch)
    batch = []
  }
  if (batch.length > 0) await storage.delete(batch)
}
