import { Failure } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import { type AlbumRecord, lockAlbum } from '../store/albums.ts'
import { lockShare, readShare, type ShareRecord } from '../store/shares.ts'
import type { NewImageFields } from '../uploads/create-image.ts'

export const noSuchShare = (): Failure => new Failure('not_found', 'There is no such share.')

export const isOver = ({ expiresAt }: ShareRecord): boolean =>
  expiresAt !== null && expiresAt.getTime() <= Date.now()

/**
 * What becomes of a guest's picture, however it came: it goes into the album of the share, which has to take pictures still when the image is made.
 * `keep`: whether the owner has these bytes already is nothing that a guest is told.
 */
export const guestFields = (shareId: string) =>
  ({
    visibility: 'private',
    tags: [],
    duplicates: 'keep',
    webhookUrl: null,
    into: {
      find: async (tx: Transaction) => (await readShare(tx, shareId))?.albumId ?? null,
      hold: (tx: Transaction) => holdAlbumOf(tx, shareId),
    },
  }) as const satisfies Omit<NewImageFields, 'originalName' | 'came'>

/** Albums are locked before shares. */
async function holdAlbumOf(tx: Transaction, shareId: string): Promise<AlbumRecord> {
  const albumId = (await readShare(tx, shareId))?.albumId ?? null
  const album = albumId === null ? null : await lockAlbum(tx, albumId)
  const share = await lockShare(tx, shareId)
  if (album === null || share === null || share.albumId !== album.id || isOver(share) || !share.uploads)
    throw noSuchShare()
  return album
}
