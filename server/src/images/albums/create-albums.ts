import type { Image, Page } from '@rendition/contract'
import {
  type Album,
  type AlbumAddition,
  type AlbumChange,
  type AlbumRequest,
  Failure,
} from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Doer } from '../../platform/audit.ts'
import type { HoldOwner, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import type { ChangeDeps } from '../library/change-image.ts'
import type { TellDeps } from '../library/tell.ts'
import { type FullViewContext, viewFor, viewImages } from '../library/view.ts'
import { countItems } from '../store/album-items.ts'
import {
  type AlbumRecord,
  countAlbums,
  deleteAlbum,
  findAlbumNamed,
  insertAlbum,
  listAlbumsOf,
  readAlbum,
  stampAlbum,
  updateAlbum,
} from '../store/albums.ts'
import { holdQuota, shareImages } from '../store/locks.ts'
import { deleteSharesOfAlbum } from '../store/shares.ts'
import { type AlbumDeed, changeDeed, itemsDeed, noteAlbum } from './album-deed.ts'
import { viewAlbum, viewAlbums } from './album-view.ts'
import { addItems, holdOwnImages, moveItems, refuseStrangeCover, takeItems } from './change-items.ts'
import { listAlbumImages } from './list-album-images.ts'
import { ownAlbum, ownAlbumLocked } from './own-album.ts'

/** Albums of one account. */
const albumsLimit = 5_000

interface PageQuery {
  limit: number
  cursor?: string | undefined
}

/** Images gathered under a name, in an order of their owner's. An image may be in many. */
export interface Albums {
  list(principal: Principal, query: PageQuery & { imageId?: string | undefined }): Promise<Page<Album>>
  get(principal: Principal, id: string): Promise<Album>
  create(principal: Principal, request: AlbumRequest): Promise<Album>
  change(principal: Principal, id: string, change: AlbumChange): Promise<Album>
  /** Its images stay. */
  remove(principal: Principal, id: string): Promise<void>
  images(principal: Principal, id: string, query: PageQuery): Promise<Page<Image>>
  add(principal: Principal, id: string, addition: AlbumAddition): Promise<Album>
  move(principal: Principal, id: string, move: AlbumAddition): Promise<Album>
  takeOut(principal: Principal, id: string, imageIds: readonly string[]): Promise<Album>
}

export interface AlbumsDeps extends ChangeDeps {
  view: FullViewContext
  holdOwner: HoldOwner
}

export function createAlbums(deps: AlbumsDeps): Albums {
  const { db, view, holdOwner } = deps

  /** Changes an album under its lock and tells of it, where `work` gives something that changed. */
  const changing = async (
    principal: Principal,
    id: string,
    work: (tx: Transaction, album: AlbumRecord) => Promise<readonly string[]>,
    deedOf: (before: AlbumRecord, changed: readonly string[], after: AlbumRecord) => AlbumDeed | null,
    first: (tx: Transaction, album: AlbumRecord) => Promise<void> = async () => {},
  ): Promise<Album> => {
    await db.transaction(async (tx) => {
      // Images are locked before albums, and whose images they must be stands in the album.
      await first(tx, await ownAlbum(tx, principal, id))
      const album = await ownAlbumLocked(tx, principal, id)
      const changed = await work(tx, album)
      if (changed.length === 0) return
      await touchAlbum(deps, tx, id)
      const deed = deedOf(album, changed, await ownAlbum(tx, principal, id))
      if (deed !== null) await noteAlbum(deps, tx, principal, album, deed)
    })
    return viewAlbum(viewFor(view, principal), db, await ownAlbum(db, principal, id))
  }

  return {
    async list(principal, { imageId = null, ...query }) {
      const page = { before: cursorOf(query), limit: query.limit + 1, imageId }
      const { items, nextCursor } = pageOf(
        await listAlbumsOf(db, principal.userId, page),
        query.limit,
        (album) => album,
      )
      return { items: await viewAlbums(viewFor(view, principal), db, items), nextCursor }
    },
    get: async (principal, id) => viewAlbum(viewFor(view, principal), db, await ownAlbum(db, principal, id)),
    async create(principal, { name, description = null, imageIds = [] }) {
      const [id, ownerId] = [uuidv7(), principal.userId]
      await db.transaction(async (tx) => {
        if (imageIds.length > 0) await holdOwnImages(tx, ownerId, imageIds)
        await holdOwner(tx, ownerId)
        await refuseTooMany(tx, ownerId)
        await insertAlbum(tx, { id, ownerId, name, description })
        const album = await ownAlbumLocked(tx, principal, id)
        if (imageIds.length > 0) await addItems(tx, album, imageIds, null)
        await tellOfAlbum(deps, tx, album, 'album.created')
        const details = { images: new Set(imageIds).size, imageIds }
        await noteAlbum(deps, tx, principal, album, {
          action: 'album.create',
          details,
          words: { name, description },
        })
      })
      return viewAlbum(viewFor(view, principal), db, await ownAlbum(db, principal, id))
    },
    change: (principal, id, change) =>
      changing(
        principal,
        id,
        async (tx, before) => {
          const { coverImageId } = change
          if (coverImageId) await refuseStrangeCover(tx, id, coverImageId)
          await updateAlbum(tx, {
            id,
            name: change.name ?? before.name,
            description: change.description === undefined ? before.description : change.description,
            coverId: coverImageId === undefined ? before.coverId : coverImageId,
          })
          return [id]
        },
        changeDeed,
      ),
    remove: (principal, id) =>
      db.transaction(async (tx) => {
        const album = await ownAlbumLocked(tx, principal, id)
        const images = await countItems(tx, id)
        const ended = await deleteSharesOfAlbum(tx, id)
        await deleteAlbum(tx, id)
        const told = { ownerId: album.ownerId, imageId: null }
        await deps.book.emit(tx, [
          ...ended.map((share) => ({ ...told, type: 'share.revoked' as const, data: { id: share.id } })),
          { ...told, type: 'album.deleted', data: { id } },
        ])
        const { name, description } = album
        const details = { images, shares: ended.length }
        await noteAlbum(deps, tx, principal, album, {
          action: 'album.delete',
          details,
          words: { name, description },
        })
      }),
    async images(principal, id, query) {
      const page = await listAlbumImages(db, await ownAlbum(db, principal, id), query)
      return { ...page, items: await viewImages(viewFor(view, principal), db, page.items) }
    },
    add: (principal, id, { imageIds, before = null }) =>
      changing(
        principal,
        id,
        (tx, album) => addItems(tx, album, imageIds, before),
        (_, added) => itemsDeed('added', added),
        (tx, { ownerId }) => holdOwnImages(tx, ownerId, imageIds),
      ),
    move: (principal, id, { imageIds, before = null }) =>
      changing(
        principal,
        id,
        (tx, album) => moveItems(tx, album, imageIds, before),
        (_, moved) => itemsDeed('moved', moved, { before }),
        (tx) => shareImages(tx, imageIds),
      ),
    takeOut: (principal, id, imageIds) =>
      changing(
        principal,
        id,
        (tx, album) => takeItems(tx, album, imageIds),
        (_, taken) => itemsDeed('taken', taken),
        (tx) => shareImages(tx, imageIds),
      ),
  }
}

async function refuseTooMany(tx: Transaction, ownerId: string): Promise<void> {
  if ((await countAlbums(tx, ownerId)) >= albumsLimit) {
    throw new Failure('quota_exceeded', `An account may have ${albumsLimit} albums.`)
  }
}

/** The owner's album of this name, the oldest of several; made where there is none. In a transaction of its own, before whatever puts images into it. */
export async function ensureAlbum(
  deps: TellDeps & Pick<AlbumsDeps, 'db' | 'holdOwner'>,
  ownerId: string,
  name: string,
  doer: Doer,
): Promise<string> {
  const there = await findAlbumNamed(deps.db, ownerId, name)
  if (there !== null) return there
  return deps.db.transaction(async (tx) => {
    // Of two that find none one makes it.
    await holdQuota(tx, ownerId)
    await deps.holdOwner(tx, ownerId)
    const meanwhile = await findAlbumNamed(tx, ownerId, name)
    if (meanwhile !== null) return meanwhile
    await refuseTooMany(tx, ownerId)
    const id = uuidv7()
    await insertAlbum(tx, { id, ownerId, name, description: null })
    const album = await readAlbum(tx, id)
    if (album !== null) {
      await tellOfAlbum(deps, tx, album, 'album.created')
      await noteAlbum(deps, tx, doer, album, { action: 'album.create', words: { name } })
    }
    return id
  })
}

/** Says when an album changed, and tells of it. Hold it. */
export async function touchAlbum(deps: TellDeps, tx: Transaction, id: string): Promise<void> {
  const album = await stampAlbum(tx, id)
  if (album !== null) await tellOfAlbum(deps, tx, album, 'album.updated')
}

export async function tellOfAlbum(
  { book, view }: TellDeps,
  tx: Transaction,
  album: AlbumRecord,
  type: 'album.created' | 'album.updated',
): Promise<void> {
  const data = { ...(await viewAlbum(view, tx, album)) }
  await book.emit(tx, [{ type, ownerId: album.ownerId, imageId: null, data }])
}
