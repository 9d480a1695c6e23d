import { holdLock, holdOwnerLock } from '../../platform/database/locks.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { readImage } from './images.ts'
import type { ImageRecord } from './rows.ts'

/*
 * What this room waits for, and in which order. Two transactions that take locks in two orders wait for each other for
 * ever, so nobody takes an earlier one of these while holding a later one:
 *
 * 1. the row of an image (`holdImage`, `lockImage`, `lockImagesOf`): whatever moves its history or tells of it
 * 2. the quota of an account (`holdQuota`): what is kept of one account is counted one after the other
 * 3. the account and the rows of jobs, which the jobs room takes when it is asked for work or told of its end
 * 4. the row of an album (`lockAlbum`): its order and what it holds; then that of a share (`lockShare`). A folder's pictures all wait
 *    for one album
 *
 * Rows of versions and renditions are taken by the statement that writes them, behind these. What only records a
 * rendition shares the image's row (`for key share` in the statement itself): it waits for a deletion and nothing else.
 * `holdOwnerLock` for looks is taken first in a transaction that touches looks alone, of which it skips what others hold.
 * `holdEviction` is taken by itself, in a transaction that touches renditions alone.
 */

/** Counts of an account's originals wait for each other from here on. */
export async function holdQuota(tx: Transaction, ownerId: string): Promise<void> {
  await holdOwnerLock(tx, 'quota', ownerId)
}

/** Locks the image for this transaction; false when it is gone. */
export async function holdImage(tx: Transaction, imageId: string): Promise<boolean> {
  const rows = await tx.query('select 1 as held from images where id = $1 for update', [imageId])
  return rows.length > 0
}

/**
 * The same, and reads it: whatever moves its history or tells of it goes one at a time. The lock is a statement of its
 * own, because a joined row read while waiting for it would be the old one.
 */
export async function lockImage(tx: Transaction, imageId: string): Promise<ImageRecord | null> {
  return (await holdImage(tx, imageId)) ? readImage(tx, imageId) : null
}

/** Locks those of the images that are an owner's, and gives their ids. */
export async function lockImagesAmong(
  tx: Transaction,
  ownerId: string,
  imageIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'select id from images where id = any($1::uuid[]) and owner_id = $2 order by id for update',
    [imageIds, ownerId],
  )
  return rows.map(({ id }) => id)
}

/**
 * Keeps an image from being deleted for this transaction, while everything else of it goes on; false when it is gone. For what
 * is recorded of an image and neither moves its history nor tells of it: many do so at once.
 */
export async function shareImage(tx: Transaction, imageId: string): Promise<boolean> {
  const rows = await tx.query(
    'select 1 as held from images where id = $1 for key share',
    [imageId],
    'images.share',
  )
  return rows.length > 0
}

/** Keeps images from being deleted for this transaction, while everything else of them goes on. */
export async function shareImages(tx: Transaction, imageIds: readonly string[]): Promise<void> {
  await tx.query('select id from images where id = any($1::uuid[]) order by id for key share', [imageIds])
}

/** Locks images of an owner, `limit` at most, and gives their ids. */
export async function lockImagesOf(tx: Transaction, ownerId: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'select id from images where owner_id = $1 order by id limit $2 for update',
    [ownerId, limit],
  )
  return rows.map(({ id }) => id)
}

/** Evictions go one at a time: two that count the same excess would remove it twice. */
export async function holdEviction(tx: Transaction): Promise<void> {
  await holdLock(tx, 'eviction')
}
