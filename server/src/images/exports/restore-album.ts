import { Failure } from '@rendition/contract'
import { theService } from '../../platform/audit.ts'
import type { HoldOwner } from '../../platform/database/port.ts'
import { noteAlbum } from '../albums/album-deed.ts'
import { viewAlbum } from '../albums/album-view.ts'
import { itemsLimit } from '../albums/change-items.ts'
import type { ChangeDeps } from '../library/change-image.ts'
import { placeItems } from '../store/album-items.ts'
import { readAlbum } from '../store/albums.ts'
import { insertRestoredAlbum, ownImagesAmong } from '../store/restored-images.ts'
import type { AlbumLine } from './format.ts'

/**
 * Makes an album as it was where it was exported, under its own id, with those of its images that are here, in their order.
 * `known` for one that is here already. Throws `conflict` for an id that is another's.
 */
export async function restoreAlbum(
  deps: ChangeDeps & { holdOwner: HoldOwner },
  ownerId: string,
  album: AlbumLine,
  imageIds: readonly string[],
): Promise<'restored' | 'known'> {
  const { db, view, book } = deps
  if (imageIds.length > itemsLimit)
    throw new Failure('quota_exceeded', `An album may hold ${itemsLimit} images.`)
  return db.transaction(async (tx) => {
    const there = await ownImagesAmong(tx, ownerId, imageIds)
    await deps.holdOwner(tx, ownerId)
    const coverImageId =
      album.coverImageId !== null && there.has(album.coverImageId) ? album.coverImageId : null
    if (!(await insertRestoredAlbum(tx, { ...album, coverImageId, ownerId }))) {
      if ((await readAlbum(tx, album.id))?.ownerId === ownerId) return 'known'
      throw new Failure('conflict', 'There is an album with this id here already.')
    }
    const items = [...new Set(imageIds)].filter((id) => there.has(id))
    if (items.length > 0) await placeItems(tx, album.id, items, null)
    const made = await readAlbum(tx, album.id)
    if (made === null) throw new Failure('internal')
    const data = { ...(await viewAlbum(view, tx, made)) }
    await book.emit(tx, [{ type: 'album.created', ownerId, imageId: null, data }])
    const { name, description } = made
    const deed = { details: { via: 'export', images: items.length }, words: { name, description } }
    await noteAlbum(deps, tx, theService, made, { action: 'album.create', ...deed })
    return 'restored'
  })
}
