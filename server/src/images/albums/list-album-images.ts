import { Failure, isId, type Page } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import { type ItemPlace, listItems } from '../store/album-items.ts'
import type { AlbumRecord } from '../store/albums.ts'
import type { ImageRecord } from '../store/rows.ts'

/** One page of an album, in its order. The cursor is the last image seen, wherever it was moved meanwhile. */
export async function listAlbumImages(
  db: Queryable,
  album: AlbumRecord,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<ImageRecord>> {
  const after = cursor === undefined ? null : readCursor(cursor)
  const found = await listItems(db, album.id, { after, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)?.place
  return {
    items: page.map(({ image }) => image),
    nextCursor: found.length > limit && last !== undefined ? `${last.imageId}.${last.position}` : null,
  }
}

function readCursor(cursor: string): ItemPlace {
  const [, imageId = '', position = ''] = /^([^.]*)\.(-?\d{1,15})$/.exec(cursor) ?? []
  if (isId(imageId)) return { imageId, position: Number(position) }
  const errors = [{ path: 'cursor', message: 'is not a cursor of this list' }]
  throw new Failure('invalid_request', undefined, { errors })
}
