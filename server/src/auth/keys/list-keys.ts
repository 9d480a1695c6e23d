import { type ApiKey, type CurrentKey, Failure, type Page, type PageQuery } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { beforeOf, pageOf } from '../page.ts'
import type { AuthParts } from '../parts.ts'
import { requireOwnAccount } from '../rights.ts'
import { findKey, listKeys } from '../store/keys.ts'
import { findUser } from '../store/users.ts'
import { keyView, userView } from '../views.ts'

/** The caller's API keys, without their secrets, newest first. */
export type ListKeys = (principal: Principal, query: PageQuery) => Promise<Page<ApiKey>>

export function createListKeys({ db }: Pick<AuthParts, 'db'>): ListKeys {
  return async (principal, query) => {
    requireOwnAccount(principal)
    const rows = await listKeys(db, {
      userId: principal.userId,
      before: beforeOf(query),
      limit: query.limit + 1,
    })
    return pageOf(rows, query.limit, keyView)
  }
}

/** The key a request was made with, and whose it is. Throws `not_found` for a request without one. */
export type ShowCurrentKey = (principal: Principal) => Promise<CurrentKey>

export function createShowCurrentKey({ db }: Pick<AuthParts, 'db'>): ShowCurrentKey {
  return async (principal) => {
    if (principal.keyId === null) throw new Failure('not_found', 'This request was made without an API key.')
    const [key, user] = await Promise.all([findKey(db, principal.keyId), findUser(db, principal.userId)])
    if (key === null || user === null) throw new Failure('token_invalid')
    return { key: keyView(key), user: userView(user) }
  }
}
