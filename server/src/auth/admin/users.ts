import { type AdminUser, type adminUserListQuerySchema, Failure, type Page } from '@rendition/contract'
import type { z } from 'zod'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { type ErasingDeps, eraseAccount } from '../accounts/erase-account.ts'
import type { AuthDeps } from '../deps.ts'
import { usernameKeyOf } from '../names.ts'
import type { Origin } from '../origin.ts'
import { findUser, listUsers } from '../store/users.ts'
import { adminUserView } from '../views.ts'

export type AdminUserListQuery = z.output<typeof adminUserListQuerySchema>

/** All accounts, newest first, for administrators. */
export function createListUsers({ db }: Pick<AuthDeps, 'db'>) {
  return async (query: AdminUserListQuery): Promise<Page<AdminUser>> => {
    const rows = await listUsers(db, {
      role: query.role ?? null,
      part: query.q === undefined ? null : usernameKeyOf(query.q.replaceAll('\u0000', '\ufffd')),
      before: cursorOf(query),
      limit: query.limit + 1,
    })
    return pageOf(rows, query.limit, adminUserView)
  }
}

/** One account. Throws `not_found`. */
export function createShowUser({ db }: Pick<AuthDeps, 'db'>) {
  return async (id: string): Promise<AdminUser> => {
    const user = await findUser(db, id)
    if (user === null) throw new Failure('not_found')
    return adminUserView(user)
  }
}

/** Erases somebody's account and all that is theirs; gives the secret of its receipt. Throws `not_found`, `conflict` for the last administrator. */
export function createDeleteUser(parts: ErasingDeps) {
  return (principal: Principal, id: string, origin: Origin): Promise<string> =>
    eraseAccount(parts, id, { action: 'user.delete', actorId: principal.userId }, origin)
}
