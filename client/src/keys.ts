import type { ApiKey, CreatedApiKey, CurrentKey, Page, Scope } from '@rendition/contract'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

export interface KeyRequest {
  name?: string
  /** What it may do; `images:read` and `images:write` unless said. */
  scopes?: readonly Scope[]
  /** ISO 8601; null, or left out, for a key that does not expire. */
  expiresAt?: string | null
}

/** API keys of the account. */
export interface Keys {
  list(query?: PageQuery, asking?: Asking): Promise<Page<ApiKey>>
  pages(query?: PageQuery, asking?: Asking): AsyncGenerator<Page<ApiKey>, void, void>
  /** The secret is in `key` of this answer and nowhere else. 403 for a scope that the caller lacks. */
  create(request?: KeyRequest, asking?: Asking): Promise<CreatedApiKey>
  /** The key this client asks with, and whose it is; 404 for a client that is signed in. */
  current(asking?: Asking): Promise<CurrentKey>
  /** Ends it at once, with the keys that it made. */
  remove(id: string, asking?: Asking): Promise<void>
}

export function createKeys({ json, send }: Transport): Keys {
  const path = '/api/auth/keys'
  const list: Keys['list'] = (query, { signal } = {}) =>
    json('ApiKeyPage', { method: 'GET', path, query, signal })
  return {
    list,
    pages: (query = {}, asking = {}) => pagesOf(list, query, asking),
    create: (body = {}, { signal } = {}) => json('CreatedApiKey', { method: 'POST', path, body, signal }),
    current: ({ signal } = {}) => json('CurrentKey', { method: 'GET', path: `${path}/current`, signal }),
    async remove(id, { signal } = {}) {
      await send({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, signal })
    },
  }
}
