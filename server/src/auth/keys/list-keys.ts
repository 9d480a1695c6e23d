import { type ApiKey, type CurrentKey, Failure, type Page, type PageQuery } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import type { AuthDeps } from '../deps.ts'
import { findKey, listKeys } from '../store/keys.ts'
import { findUser } from '../store/users.ts'
import { keyView, userView } from '../views.ts'

/** The caller's API keys, without their secrets, newest first. */
export type ListKeys = (principal: Principal, query: PageQuery) => Promise<Page<ApiKey>>

export function createListKeys({ db }: Pick<AuthDeps, 'db'>): ListKeys {
  return async (principal, query) => {
    const rows = await listKeys(db, {
      userId: principal.userId,
      before: cursorOf(query),
      limit: query.limit + 1,
    })
    return pageOf(rows, query.limit, keyView)
  }
}

/** The key a request was made with, and whose it is. Throws `unauthenticated` for a request without one. */
export type ShowCurrentKey = (principal: Principal) => Promise<CurrentKey>

export function createShowCurrentKey({ db }: Pick<AuthDeps, 'db'>): ShowCurrentKey {
  return async (principal) => {
    if (principal.keyId === null) throw new Failure('unauthenticated', 'This needs an API key.')
    const [key, user] = await Promise.all([findKey(db, principal.keyId), findUser(db, principal.userId)])
    if (key === null || user === null) throw new Failure('token_invalid')
    return { key: keyView(key), user: userView(user) }
  }
}
