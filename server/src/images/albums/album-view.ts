import type { Album } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import { type ViewContext, viewImages } from '../library/view.ts'
import { type AlbumRecord, readAlbumFaces } from '../store/albums.ts'
import { readImages } from '../store/images.ts'

/** Albums as the API shows them. */
export async function viewAlbums(
  view: ViewContext,
  db: Queryable,
  albums: readonly AlbumRecord[],
): Promise<Album[]> {
  const faces = await readAlbumFaces(
    db,
    albums.map(({ id }) => id),
  )
  const coverIds = [...faces.values()].flatMap(({ coverId }) => (coverId === null ? [] : [coverId]))
  const shown = await viewImages(view, db, await readImages(db, [...new Set(coverIds)]))
  const covers = new Map(shown.map((image) => [image.id, image]))
  return albums.map(({ id, name, description, coverId, createdAt, updatedAt }) => {
    const face = faces.get(id)
    return {
      id,
      name,
      description,
      coverImageId: coverId,
      cover: covers.get(face?.coverId ?? '') ?? null,
      imageCount: face?.count ?? 0,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    }
  })
}

export async function viewAlbum(view: ViewContext, db: Queryable, album: AlbumRecord): Promise<Album> {
  const [shown] = await viewAlbums(view, db, [album])
  return shown as Album
}
