import {
  Failure,
  type GuestUpload,
  type Page,
  type Shared,
  type SharedImage,
  type Unlocked,
} from '@rendition/contract'
import type { Origin } from '../../platform/audit.ts'
import { listAlbumImages } from '../albums/list-album-images.ts'
import { readAlbum } from '../store/albums.ts'
import type { ImageRecord } from '../store/rows.ts'
import { listShareItems } from '../store/share-items.ts'
import { readShareByToken, type ShareRecord, shareName } from '../store/shares.ts'
import { openUpload, type UploadSession } from '../uploads/upload-files.ts'
import { tokenHashOf } from './create-shares.ts'
import type { SharesDeps } from './deps.ts'
import { guestFields, isOver, noSuchShare } from './guest-fields.ts'
import { viewForGuest, viewSharedImages } from './share-view.ts'

/** Who asks with the token of a share, and the pass that its password gave. */
export interface Guest {
  token: string
  pass: string | undefined
  /** Where the request came from. */
  origin: Origin
}

/** Files of one request of a guest's. */
export interface GuestSession extends Pick<UploadSession, 'receive' | 'count' | 'close'> {
  /** Makes the images, in the album. Throws `not_found` where the share ended meanwhile or takes none any more. */
  finish(): Promise<GuestUpload>
}

/** What a share opens, to whoever has its token. */
export interface Guests {
  look(guest: Guest): Promise<Shared>
  images(guest: Guest, query: { limit: number; cursor?: string | undefined }): Promise<Page<SharedImage>>
  /** Throws `invalid_credentials` for a wrong password, `rate_limited` after too many. */
  unlock(token: string, password: string, network: string): Promise<Unlocked>
  /** The share, where it takes pictures. Throws `forbidden` where it takes none. */
  taking(guest: Guest): Promise<Pick<ShareRecord, 'id' | 'ownerId'>>
  /** Begins to take files. Throws `forbidden` where the share takes none. */
  upload(guest: Guest, signal: AbortSignal, network: string): Promise<GuestSession>
}

/** A guest who was let in need not say the password again for so long. */
const passMs = 12 * 3_600_000

export function createGuests(deps: SharesDeps): Guests {
  const { db, signer, passwords } = deps

  const find = async (token: string): Promise<ShareRecord> => {
    const share = await readShareByToken(db, tokenHashOf(token))
    if (share === null) throw noSuchShare()
    if (isOver(share)) throw new Failure('share_expired')
    return share
  }
  const isLocked = (share: ShareRecord, pass: string | undefined): boolean =>
    share.passwordHash !== null && !signer.isSharePass(shareName(share), pass ?? '')
  const open = async ({ token, pass }: Guest): Promise<ShareRecord> => {
    const share = await find(token)
    if (isLocked(share, pass)) throw new Failure('share_locked')
    return share
  }

  const taking = async (guest: Guest): Promise<ShareRecord> => {
    const share = await open(guest)
    if (!share.uploads) throw new Failure('forbidden', 'Guests of this share add no pictures.')
    return share
  }

  return {
    taking,
    async look({ token, pass }) {
      const share = await find(token)
      if (isLocked(share, pass)) return { locked: true, share: null }
      return { locked: false, share: await viewForGuest(deps.view, db, share) }
    },
    async images(guest, query) {
      const share = await open(guest)
      const page = await pageOfShare(deps, share, query)
      return { ...page, items: await viewSharedImages(deps, db, share, page.items) }
    },
    async unlock(token, password, network) {
      const share = await find(token)
      const right =
        share.passwordHash === null ||
        (await passwords.verify(share.id, share.passwordHash, password, network))
      if (!right) throw new Failure('invalid_credentials', 'The password is wrong.')
      const ends = Math.min(Date.now() + passMs, share.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY)
      const expiresAt = new Date(ends)
      return { pass: signer.sharePass(shareName(share), expiresAt), expiresAt: expiresAt.toISOString() }
    },
    async upload(guest, signal, network) {
      const share = await taking(guest)
      // Guests have places of their own among the uploads, or a crowd of them would keep the owner from uploading.
      const came = { doer: { userId: null, origin: guest.origin }, via: 'guest', shareId: share.id } as const
      const whose = { ownerId: share.ownerId, placesOf: `share:${share.id}`, came }
      const session = await openUpload(deps, deps.view, whose, signal, network)
      return {
        receive: session.receive,
        get count() {
          return session.count
        },
        finish: async () => {
          const answer = await session.finish(guestFields(share.id))
          const images = 'many' in answer ? answer.many.images : [answer.one]
          return {
            images: images.map(({ id, originalName }) => ({ id, name: originalName })),
            rejected: 'many' in answer ? answer.many.rejected : [],
          }
        },
        close: session.close,
      }
    },
  }
}

async function pageOfShare(
  { db }: Pick<SharesDeps, 'db'>,
  share: ShareRecord,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<ImageRecord>> {
  if (share.albumId !== null) {
    const album = await readAlbum(db, share.albumId)
    if (album === null) throw noSuchShare()
    return listAlbumImages(db, album, query)
  }
  const after = query.cursor === undefined ? 0 : positionOf(query.cursor)
  const found = await listShareItems(db, share.id, { after, limit: query.limit + 1 })
  const page = found.slice(0, query.limit)
  const last = page.at(-1)?.position ?? null
  return {
    items: page.map(({ image }) => image),
    nextCursor: found.length > query.limit && last !== null ? String(last) : null,
  }
}

function positionOf(cursor: string): number {
  if (/^\d{1,6}$/.test(cursor)) return Number(cursor)
  const errors = [{ path: 'cursor', message: 'is not a cursor of this list' }]
  throw new Failure('invalid_request', undefined, { errors })
}
