import { type BulkAnswer, type BulkChange, Failure, mostTags } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { addItems, takeItems } from '../albums/change-items.ts'
import { type AlbumsDeps, touchAlbum } from '../albums/create-albums.ts'
import { ownAlbumLocked } from '../albums/own-album.ts'
import { inTheTrash, noSuchImage } from '../library/access.ts'
import { type DeleteDeps, deleteSome } from '../library/delete-image.ts'
import type { AnnounceChange } from '../library/show-changed.ts'
import { tellOfMany } from '../library/tell.ts'
import { moveToTrash, type TrashDeps, takeOutOfTrash } from '../library/trash-image.ts'
import { readImages, type Told, updateTold } from '../store/images.ts'
import { lockImagesAmong } from '../store/locks.ts'
import type { ResultName } from '../store/results.ts'
import type { ImageRecord } from '../store/rows.ts'
import { lockTrashAmong } from '../store/trash.ts'
import { type BulkOutcome, outcomeOf } from './bulk-deed.ts'

export type BulkDeps = AlbumsDeps & TrashDeps & DeleteDeps & { announce: AnnounceChange }

/** Writes down what was done to some of the images, and how many were refused, in the transaction that does it. */
export type NoteBulk = (tx: Transaction, outcome: BulkOutcome, refused: number) => Promise<void>

/** What became of some of the images. */
export type Outcome = Pick<BulkAnswer, 'changed' | 'refused'>

/** Images in one transaction: their locks are held that long. */
export const atOnce = 25

/**
 * Makes the change to images of the caller's own, `atOnce` at most, in one transaction. Those that cannot be changed are
 * refused by themselves, and one that is so already is told of to nobody: the same again is safe. Of what was not named
 * but found, nothing is deleted but what has lain in the trash since `askedAt`.
 * Throws `not_found` for an album that is not the caller's, `quota_exceeded` for one that is full, `conflict` where the one
 * that is to stay does not.
 */
export async function applyChange(
  deps: BulkDeps,
  principal: Pick<Principal, 'userId'>,
  imageIds: readonly string[],
  change: BulkChange,
  { askedAt = null, keeping, note }: { askedAt?: Date | null; keeping?: string | undefined; note: NoteBulk },
): Promise<Outcome> {
  if (change.delete === true) {
    return askedAt === null
      ? deleteNamed(deps, principal, imageIds, note)
      : deleteFound(deps, principal, imageIds, askedAt, note)
  }
  const done = await deps.db.transaction(async (tx) => {
    const { images, refused } = await lockOwn(tx, principal, imageIds, change, keeping)
    const results: ResultName[] = []
    const told: string[] = []
    const changed = new Set<string>()
    for (const image of images) {
      const { id, trashedAt } = image
      if (change.trash === true) {
        if (trashedAt !== null) continue
        results.push(...(await moveToTrash(deps, tx, image)).results)
        changed.add(id)
        continue
      }
      if (trashedAt !== null) {
        await takeOutOfTrash(deps, tx, image)
        changed.add(id)
      }
      if (!(await mark(tx, image, change))) continue
      told.push(id)
      changed.add(id)
    }
    await tellOfMany(deps, tx, await readImages(tx, told), 'image.updated')
    for (const id of await changeAlbums(deps, tx, principal, images, change)) changed.add(id)
    const those = images.filter(({ id }) => changed.has(id))
    if (those.length > 0) await note(tx, outcomeOf(those, change), refused.length)
    return { changed, refused, results }
  })
  await Promise.all([...done.changed].map((id) => deps.announce(id)))
  await deps.results.drop(done.results)
  return { changed: done.changed.size, refused: done.refused }
}

async function deleteNamed(
  deps: BulkDeps,
  { userId }: Pick<Principal, 'userId'>,
  imageIds: readonly string[],
  note: NoteBulk,
): Promise<Outcome> {
  const deleted = await deleteSome(
    deps,
    'request',
    async (tx) => {
      const locked = await lockImagesAmong(tx, userId, imageIds)
      return locked.map((id) => ({ id, ownerId: userId }))
    },
    (tx, gone) => note(tx, { changed: gone.length }, imageIds.length - gone.length),
  )
  const gone = new Set(deleted)
  return {
    changed: gone.size,
    refused: imageIds.filter((id) => !gone.has(id)).map((id) => refusal(id, noSuchImage())),
  }
}

/** What was restored since it was found, or trashed since it was asked for, is not meant any more. */
async function deleteFound(
  deps: BulkDeps,
  { userId }: Pick<Principal, 'userId'>,
  imageIds: readonly string[],
  askedAt: Date,
  note: NoteBulk,
): Promise<Outcome> {
  const deleted = await deleteSome(
    deps,
    'request',
    async (tx) => {
      const locked = await lockTrashAmong(tx, userId, imageIds, askedAt)
      return locked.map((id) => ({ id, ownerId: userId }))
    },
    (tx, gone) => note(tx, { changed: gone.length }, 0),
  )
  return { changed: deleted.length, refused: [] }
}

async function lockOwn(
  tx: Transaction,
  { userId }: Pick<Principal, 'userId'>,
  imageIds: readonly string[],
  change: BulkChange,
  keeping: string | undefined,
): Promise<{ images: ImageRecord[]; refused: Outcome['refused'] }> {
  // Of two merges that keep each other's photos the second waits for the first, and finds what it was to keep in the trash.
  const wanted = keeping === undefined ? imageIds : [...imageIds, keeping]
  const locked = await readImages(tx, await lockImagesAmong(tx, userId, wanted))
  const found = new Map(locked.map((image) => [image.id, image]))
  if (keeping !== undefined && found.get(keeping)?.trashedAt !== null)
    throw new Failure('conflict', 'The image to keep is not there any more, or in the trash.')
  const images: ImageRecord[] = []
  const refused: Outcome['refused'] = []
  for (const id of new Set(imageIds)) {
    const image = found.get(id)
    if (image === undefined) refused.push(refusal(id, noSuchImage()))
    else if (image.trashedAt !== null && change.trash === undefined) refused.push(refusal(id, inTheTrash()))
    else if (tagsOf(image, change).length > mostTags) refused.push(refusal(id, tooManyTags()))
    else images.push(image)
  }
  return { images, refused }
}

function refusal(imageId: string, failure: Failure): Outcome['refused'][number] {
  return { imageId, code: failure.code, detail: failure.detail }
}

const tooManyTags = (): Failure => new Failure('invalid_request', `An image may have ${mostTags} tags.`)

function tagsOf(image: ImageRecord, { addTags = [], removeTags = [] }: BulkChange): string[] {
  const removed = new Set(removeTags)
  return [...new Set([...image.tags, ...addTags])].filter((tag) => !removed.has(tag))
}

/** Writes what is told of an image; false where it is so already. */
async function mark(tx: Transaction, image: ImageRecord, change: BulkChange): Promise<boolean> {
  const told: Told = {
    originalName: image.originalName,
    tags: tagsOf(image, change),
    visibility: change.visibility ?? image.visibility,
    focalPoint: image.focalPoint,
    altText: image.altText,
    publicOriginal: image.publicOriginal,
    favourite: change.favourite ?? image.favourite,
    rating: change.rating ?? image.rating,
    archived: change.archived ?? image.archived,
  }
  const same =
    told.tags.join('\n') === image.tags.join('\n') &&
    told.visibility === image.visibility &&
    told.favourite === image.favourite &&
    told.rating === image.rating &&
    told.archived === image.archived
  if (!same) await updateTold(tx, image.id, told)
  return !same
}

/** Gives those that came into an album or left one. */
async function changeAlbums(
  deps: BulkDeps,
  tx: Transaction,
  principal: Pick<Principal, 'userId'>,
  images: readonly ImageRecord[],
  { addToAlbum, removeFromAlbum }: BulkChange,
): Promise<string[]> {
  const ids = images.map(({ id }) => id)
  const caller = { userId: principal.userId, role: 'user' } as const
  const changed: string[] = []
  const steps = [
    { albumId: addToAlbum, take: false },
    { albumId: removeFromAlbum, take: true },
  ].flatMap(({ albumId, take }) => (albumId === undefined ? [] : [{ albumId, take }]))
  // In one order, for whoever does the same at the same time.
  for (const { albumId, take } of steps.sort((a, b) => (a.albumId < b.albumId ? -1 : 1))) {
    const album = await ownAlbumLocked(tx, caller, albumId)
    const those = take ? await takeItems(tx, album, ids) : await addItems(tx, album, ids, null)
    if (those.length === 0) continue
    changed.push(...those)
    await touchAlbum(deps, tx, albumId)
  }
  return changed
}
