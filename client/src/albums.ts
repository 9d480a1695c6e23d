import type { Album, AlbumChange, AlbumRequest, Image, Page } from '@rendition/contract'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

export interface AlbumQuery extends PageQuery {
  /** Only albums that hold this image. */
  imageId?: string
}

export interface AlbumPlace {
  /** In front of this image; at the end when absent. */
  before?: string | null
}

/** Images gathered under a name, in an order of their owner's; an image may be in many. */
export interface Albums {
  list(query?: AlbumQuery, asking?: Asking): Promise<Page<Album>>
  pages(query?: AlbumQuery, asking?: Asking): AsyncGenerator<Page<Album>, void, void>
  get(id: string, asking?: Asking): Promise<Album>
  create(request: AlbumRequest, asking?: Asking): Promise<Album>
  change(id: string, change: AlbumChange, asking?: Asking): Promise<Album>
  /** Its images stay. */
  remove(id: string, asking?: Asking): Promise<void>
  /** Its images in their order. */
  images(id: string, query?: PageQuery, asking?: Asking): Promise<Page<Image>>
  /** Puts images into the album; those that are in it stay where they are. */
  add(id: string, imageIds: readonly string[], place?: AlbumPlace, asking?: Asking): Promise<Album>
  /** Moves images of the album, in this order. */
  move(id: string, imageIds: readonly string[], place?: AlbumPlace, asking?: Asking): Promise<Album>
  /** They stay in the library. */
  takeOut(id: string, imageIds: readonly string[], asking?: Asking): Promise<Album>
}

export function createAlbums({ json, send }: Transport): Albums {
  const root = '/api/albums'
  const pathOf = (id: string): string => `${root}/${encodeURIComponent(id)}`
  const imagesOf = (id: string): string => `${pathOf(id)}/images`
  const list: Albums['list'] = (query, { signal } = {}) =>
    json('AlbumPage', { method: 'GET', path: root, query, signal })
  return {
    list,
    pages: (query = {}, asking = {}) => pagesOf(list, query, asking),
    get: (id, { signal } = {}) => json('Album', { method: 'GET', path: pathOf(id), signal }),
    create: (body, { signal } = {}) => json('Album', { method: 'POST', path: root, body, signal }),
    change: (id, body, { signal } = {}) => json('Album', { method: 'PATCH', path: pathOf(id), body, signal }),
    async remove(id, { signal } = {}) {
      await send({ method: 'DELETE', path: pathOf(id), signal })
    },
    images: (id, query, { signal } = {}) =>
      json('ImagePage', { method: 'GET', path: imagesOf(id), query, signal }),
    add: (id, imageIds, place = {}, { signal } = {}) =>
      json('Album', { method: 'POST', path: imagesOf(id), body: { imageIds, ...place }, signal }),
    move: (id, imageIds, place = {}, { signal } = {}) =>
      json('Album', { method: 'PATCH', path: imagesOf(id), body: { imageIds, ...place }, signal }),
    takeOut: (id, imageIds, { signal } = {}) =>
      json('Album', { method: 'POST', path: `${imagesOf(id)}/remove`, body: { imageIds }, signal }),
  }
}
