import { createHash, randomBytes } from 'node:crypto'
import {
  type CreatedShare,
  Failure,
  type Page,
  type Share,
  type ShareChange,
  type ShareRequest,
  sharesLimit,
} from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { holdOwnImages } from '../albums/change-items.ts'
import { ownAlbumLocked } from '../albums/own-album.ts'
import { insertShareItems } from '../store/share-items.ts'
import {
  countShares,
  deleteShare,
  insertShare,
  listSharesOf,
  lockShare,
  readShare,
  type ShareRecord,
  updateShare,
} from '../store/shares.ts'
import type { SharesDeps } from './deps.ts'
import { changeDeed, madeDeed, revokeDeed } from './share-deed.ts'
import { viewShare, viewShares } from './share-view.ts'

interface ShareQuery {
  limit: number
  cursor?: string | undefined
  albumId?: string | undefined
  imageId?: string | undefined
}

/** Links that open images of an account to whoever has them, as their owner sees them. */
export interface Shares {
  list(principal: Principal, query: ShareQuery): Promise<Page<Share>>
  get(principal: Principal, id: string): Promise<Share>
  /** `network` is whose turn the hash of a password takes. */
  create(principal: Principal, request: ShareRequest, network: string): Promise<CreatedShare>
  /**
   * Where it allows something else now, what guests were given before ends with the change; they are given it anew where it is
   * still allowed. Another title ends nothing.
   */
  change(principal: Principal, id: string, change: ShareChange, network: string): Promise<Share>
  /** Ends it at once, with every URL that it gave. */
  revoke(principal: Principal, id: string): Promise<void>
}

/** What is kept of a token. 32 random bytes need no salt and no slow hash. */
export const tokenHashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

export function createShares(deps: SharesDeps): Shares {
  const { db, book, deeds, view, passwords, signer, holdOwner } = deps
  const known = () => [...view.presets().presets.keys()]

  const hashOf = async (password: string | null | undefined, network: string): Promise<string | null> =>
    password ? passwords.hash(password, network) : null

  const tell = async (tx: Transaction, share: ShareRecord, type: 'share.created' | 'share.updated') => {
    const data = { ...(await viewShare(tx, share)) }
    await book.emit(tx, [{ type, ownerId: share.ownerId, imageId: null, data }])
  }

  return {
    async list(principal, { albumId = null, imageId = null, ...query }) {
      const page = { before: cursorOf(query), limit: query.limit + 1, albumId, imageId }
      const rows = await listSharesOf(db, principal.userId, page)
      const { items, nextCursor } = pageOf(rows, query.limit, (share) => share)
      return { items: await viewShares(db, items), nextCursor }
    },
    get: async (principal, id) => viewShare(db, await ownShare(db, principal, id)),
    async create(principal, request, network) {
      const { imageId, imageIds, albumId = null } = request
      const [id, ownerId, token] = [uuidv7(), principal.userId, randomBytes(32).toString('base64url')]
      const images = [...new Set(imageId === undefined ? imageIds : [imageId])]
      const wanted = {
        id,
        ownerId,
        type:
          albumId !== null
            ? ('album' as const)
            : imageId !== undefined
              ? ('image' as const)
              : ('selection' as const),
        albumId,
        title: request.title ?? null,
        sizes: sizesOf(request.sizes, known()) ?? known(),
        downloads: request.downloads ?? false,
        uploads: request.uploads ?? false,
        expiresAt: endOf(request.expiresAt) ?? null,
      }
      refuseUploads(wanted)
      const passwordHash = await hashOf(request.password, network)
      const share = await db.transaction(async (tx) => {
        if (images.length > 0) await holdOwnImages(tx, ownerId, images)
        await holdOwner(tx, ownerId)
        // An administrator uses others' albums, and shares none: the share would be of another account than its pictures.
        if (albumId !== null) await ownAlbumLocked(tx, { userId: ownerId, role: 'user' }, albumId)
        if ((await countShares(tx, ownerId)) >= sharesLimit) {
          throw new Failure('quota_exceeded', `An account may have ${sharesLimit} shares.`)
        }
        await insertShare(tx, { ...wanted, passwordHash }, tokenHashOf(token))
        if (images.length > 0) await insertShareItems(tx, id, images)
        const made = await ownShare(tx, principal, id)
        await tell(tx, made, 'share.created')
        await deeds.record(tx, principal, madeDeed(made, images))
        return made
      })
      return { ...(await viewShare(db, share)), token, url: signer.shareUrl(token) }
    },
    async change(principal, id, change, network) {
      await ownShare(db, principal, id)
      const expiresAt = endOf(change.expiresAt)
      const sizes = sizesOf(change.sizes, known())
      const passwordHash = await hashOf(change.password, network)
      const share = await db.transaction(async (tx) => {
        const before = allowed(principal, await lockShare(tx, id))
        const after = {
          ...before,
          title: change.title === undefined ? before.title : change.title,
          sizes: sizes ?? before.sizes,
          downloads: change.downloads ?? before.downloads,
          uploads: change.uploads ?? before.uploads,
          expiresAt: expiresAt === undefined ? before.expiresAt : expiresAt,
          passwordHash: change.password === undefined ? before.passwordHash : passwordHash,
        }
        refuseUploads(after)
        await updateShare(tx, after, allowsOther(before, after))
        const now = await ownShare(tx, principal, id)
        await tell(tx, now, 'share.updated')
        const deed = changeDeed(before, after, change.password !== undefined)
        if (deed !== null) await deeds.record(tx, principal, deed)
        return now
      })
      return viewShare(db, share)
    },
    revoke: (principal, id) =>
      db.transaction(async (tx) => {
        const share = allowed(principal, await lockShare(tx, id))
        const { ownerId } = share
        await deleteShare(tx, id)
        await book.emit(tx, [{ type: 'share.revoked', ownerId, imageId: null, data: { id } }])
        await deeds.record(tx, principal, revokeDeed(share))
      }),
  }
}

/** Whether anything but its title is another; a password that was set again counts. */
const allowsOther = (before: ShareRecord, after: ShareRecord): boolean =>
  [...before.sizes].sort().join() !== [...after.sizes].sort().join() ||
  before.downloads !== after.downloads ||
  before.uploads !== after.uploads ||
  before.passwordHash !== after.passwordHash ||
  before.expiresAt?.getTime() !== after.expiresAt?.getTime()

/** Administrators may end what others share, as they may use whatever is theirs. */
const allowed = (principal: Principal, share: ShareRecord | null): ShareRecord => {
  const mine = share !== null && (share.ownerId === principal.userId || principal.role === 'admin')
  if (!mine) throw new Failure('not_found', 'There is no such share.')
  return share
}

const ownShare = async (db: Queryable, principal: Principal, id: string): Promise<ShareRecord> =>
  allowed(principal, await readShare(db, id))

function refuseUploads({ uploads, albumId }: Pick<ShareRecord, 'uploads' | 'albumId'>): void {
  if (uploads && albumId === null) throw fault('uploads', 'guests can add pictures to an album only')
}

function sizesOf(sizes: readonly string[] | undefined, known: readonly string[]): string[] | undefined {
  const strange = sizes?.find((name) => name !== 'original' && !known.includes(name))
  if (strange !== undefined) throw fault('sizes', `there is no preset ${strange}`)
  return sizes === undefined ? undefined : [...new Set(sizes)]
}

function endOf(time: string | null | undefined): Date | null | undefined {
  if (time === null || time === undefined) return time
  const end = new Date(time)
  if (end.getTime() <= Date.now()) throw fault('expiresAt', 'must lie in the future')
  return end
}

const fault = (path: string, message: string): Failure =>
  new Failure('invalid_request', undefined, { errors: [{ path, message }] })
