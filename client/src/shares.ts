import type {
  CreatedShare,
  GuestUpload,
  Page,
  Share,
  ShareChange,
  Shared,
  SharedImage,
  ShareRequest,
  Unlocked,
} from '@rendition/contract'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

export interface ShareQuery extends PageQuery {
  /** Only those that open this album. */
  albumId?: string
  /** Only those that open this image by itself or in a selection. */
  imageId?: string
}

/** Links that open images to whoever has them, as their owner makes and ends them. */
export interface Shares {
  list(query?: ShareQuery, asking?: Asking): Promise<Page<Share>>
  pages(query?: ShareQuery, asking?: Asking): AsyncGenerator<Page<Share>, void, void>
  get(id: string, asking?: Asking): Promise<Share>
  /** The answer's `url` and `token` are told this once. */
  create(request: ShareRequest, asking?: Asking): Promise<CreatedShare>
  change(id: string, change: ShareChange, asking?: Asking): Promise<Share>
  /** Ends it at once, with every URL that it gave. */
  revoke(id: string, asking?: Asking): Promise<void>
}

export interface GuestAsking extends Asking {
  /** What `unlock` gave, where the share asks for a password. */
  pass?: string | undefined
}

/** What a share opens. No credential is sent: the token is what opens. */
export interface SharedPages {
  look(token: string, asking?: GuestAsking): Promise<Shared>
  unlock(token: string, password: string, asking?: Asking): Promise<Unlocked>
  images(token: string, query?: PageQuery, asking?: GuestAsking): Promise<Page<SharedImage>>
  /** Adds pictures to a shared album, where the share takes them. */
  upload(token: string, files: readonly File[], asking?: GuestAsking): Promise<GuestUpload>
}

export function createShares({ json, send }: Transport): Shares {
  const root = '/api/shares'
  const pathOf = (id: string): string => `${root}/${encodeURIComponent(id)}`
  const list: Shares['list'] = (query, { signal } = {}) =>
    json('SharePage', { method: 'GET', path: root, query, signal })
  return {
    list,
    pages: (query = {}, asking = {}) => pagesOf(list, query, asking),
    get: (id, { signal } = {}) => json('Share', { method: 'GET', path: pathOf(id), signal }),
    create: (body, { signal } = {}) => json('CreatedShare', { method: 'POST', path: root, body, signal }),
    change: (id, body, { signal } = {}) => json('Share', { method: 'PATCH', path: pathOf(id), body, signal }),
    async revoke(id, { signal } = {}) {
      await send({ method: 'DELETE', path: pathOf(id), signal })
    },
  }
}

export function createSharedPages({ json }: Transport): SharedPages {
  const pathOf = (token: string): string => `/api/shared/${encodeURIComponent(token)}`
  const asGuest = ({ pass, signal }: GuestAsking) => ({
    anonymous: true,
    signal,
    headers: (pass === undefined ? {} : { 'x-share-pass': pass }) as Record<string, string>,
  })
  return {
    look: (token, asking = {}) => json('Shared', { method: 'GET', path: pathOf(token), ...asGuest(asking) }),
    unlock: (token, password, asking = {}) => {
      const path = `${pathOf(token)}/unlock`
      return json('SharePass', { method: 'POST', path, body: { password }, ...asGuest(asking) })
    },
    images: (token, query, asking = {}) => {
      const path = `${pathOf(token)}/images`
      return json('SharedImagePage', { method: 'GET', path, query, ...asGuest(asking) })
    },
    upload: (token, files, asking = {}) => {
      const body = new FormData()
      for (const file of files) body.append('image', file, file.name)
      const path = `${pathOf(token)}/images`
      return json('GuestUpload', { method: 'POST', path, body, ...asGuest(asking) })
    },
  }
}
