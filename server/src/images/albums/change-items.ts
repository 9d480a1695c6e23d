import { Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { inTheTrash, noSuchImage } from '../library/access.ts'
import { itemsAmong, placeItems, removeItems, tallyItems } from '../store/album-items.ts'
import { type AlbumRecord, appendToAlbum } from '../store/albums.ts'
import { readImages } from '../store/images.ts'
import { shareImages } from '../store/locks.ts'

/** Images of one album. */
export const itemsLimit = 10_000

/** Call before the album is locked: images come first. Throws `not_found` for one that is not the owner's, `conflict` for one in the trash. */
export async function holdOwnImages(
  tx: Transaction,
  ownerId: string,
  imageIds: readonly string[],
): Promise<void> {
  await shareImages(tx, imageIds)
  const found = new Map((await readImages(tx, imageIds)).map((image) => [image.id, image]))
  for (const id of imageIds) {
    const image = found.get(id)
    if (image === undefined || image.ownerId !== ownerId) throw noSuchImage()
    if (image.trashedAt !== null) throw inTheTrash()
  }
}

/** Puts images into an album that is held, those that are not in it yet; gives those. */
export async function addItems(
  tx: Transaction,
  album: AlbumRecord,
  imageIds: readonly string[],
  before: string | null,
): Promise<string[]> {
  const { there, count } = await tallyItems(tx, album.id, before === null ? imageIds : [...imageIds, before])
  if (before !== null && !there.has(before)) throw noGoal()
  const added = [...new Set(imageIds)].filter((id) => !there.has(id))
  if (added.length === 0) return []
  if (count + added.length > itemsLimit) throw albumFull()
  await placeItems(tx, album.id, added, before)
  return added
}

/** Puts an image that is new at the end of an album that is held; gives that as it is then. */
export async function appendItem(tx: Transaction, album: AlbumRecord, imageId: string): Promise<AlbumRecord> {
  const changed = await appendToAlbum(tx, album.id, imageId, itemsLimit)
  if (changed === null) throw albumFull()
  return changed
}

/** Moves images of an album that is held, in this order; gives them. */
export async function moveItems(
  tx: Transaction,
  album: AlbumRecord,
  imageIds: readonly string[],
  before: string | null,
): Promise<string[]> {
  const moved = [...new Set(imageIds)]
  if (before !== null && moved.includes(before))
    throw new Failure('conflict', 'An image cannot be put before itself.')
  const there = await itemsAmong(tx, album.id, before === null ? moved : [...moved, before])
  if (before !== null && !there.has(before)) throw noGoal()
  if (moved.some((id) => !there.has(id))) throw noSuchImage()
  await placeItems(tx, album.id, moved, before)
  return moved
}

/** Takes images out of an album that is held; gives those that were in it. */
export const takeItems = async (
  tx: Transaction,
  album: AlbumRecord,
  imageIds: readonly string[],
): Promise<string[]> => removeItems(tx, album.id, imageIds)

/** Throws `not_found` for a cover that is not in the album. */
export async function refuseStrangeCover(db: Queryable, albumId: string, imageId: string): Promise<void> {
  const there = await itemsAmong(db, albumId, [imageId])
  if (!there.has(imageId)) throw notInAlbum('coverImageId')
}

const albumFull = (): Failure => new Failure('quota_exceeded', `An album may hold ${itemsLimit} images.`)
const notInAlbum = (path: string): Failure =>
  new Failure('not_found', `${path}: there is no such image in the album.`)
const noGoal = (): Failure => notInAlbum('before')
