import { changesOf, type Deed, type Doer } from '../../platform/audit.ts'
import type { Transaction } from '../../platform/database/port.ts'
import type { TellDeps } from '../library/tell.ts'
import type { AlbumRecord } from '../store/albums.ts'

/** What was done to an album, without saying to which. */
export type AlbumDeed = Omit<Deed, 'targetId' | 'ownerId'>

export const noteAlbum = async (
  { deeds }: Pick<TellDeps, 'deeds'>,
  tx: Transaction,
  doer: Doer,
  { id, ownerId }: AlbumRecord,
  deed: AlbumDeed,
): Promise<void> => {
  await deeds.record(tx, doer, { ...deed, targetId: id, ownerId })
}

/** What became another of it; null where nothing did. */
export function changeDeed(before: AlbumRecord, _: readonly string[], after: AlbumRecord): AlbumDeed | null {
  const details = changesOf(before, after, ['coverId'])
  const words = changesOf(before, after, ['name', 'description'])
  const isSame = Object.keys({ ...details, ...words }).length === 0
  return isSame ? null : { action: 'album.change', details, words }
}

/** Images that came, went, or have another place: before another image, or at the end. */
export const itemsDeed = (
  what: 'added' | 'taken' | 'moved',
  imageIds: readonly string[],
  more: { before?: string | null } = {},
): AlbumDeed => ({
  action: 'album.items',
  details: { what, images: imageIds.length, imageIds, ...more },
})
