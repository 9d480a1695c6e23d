import type {
  AdminStats,
  AdminUser,
  AdminUserChange,
  AuditAction,
  AuditEntry,
  Page,
  Role,
} from '@rendition/contract'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

export interface UserQuery extends PageQuery {
  role?: Role
  /** A part of the email or username. */
  q?: string
}

export interface AuditQuery extends PageQuery {
  action?: AuditAction
  actorId?: string
  outcome?: AuditEntry['outcome']
}

/** What administrators see and do; 403 `forbidden` for everybody else. */
export interface Admin {
  users(query?: UserQuery, asking?: Asking): Promise<Page<AdminUser>>
  user(id: string, asking?: Asking): Promise<AdminUser>
  /** Its role, whether it is disabled, a new password. 409 `conflict` for the last administrator. */
  changeUser(id: string, change: AdminUserChange, asking?: Asking): Promise<AdminUser>
  /** Ends every session and API key of an account; it may sign in again. */
  signOutUser(id: string, asking?: Asking): Promise<void>
  /** Erases the account and all that is its. Gives the secret that the receipt is fetched with, to be handed on. */
  eraseUser(id: string, asking?: Asking): Promise<string | null>
  stats(asking?: Asking): Promise<AdminStats>
  audit(query?: AuditQuery, asking?: Asking): Promise<Page<AuditEntry>>
  auditPages(query?: AuditQuery, asking?: Asking): AsyncGenerator<Page<AuditEntry>, void, void>
}

export function createAdmin({ json, send }: Transport): Admin {
  const users = '/api/admin/users'
  const pathOf = (id: string): string => `${users}/${encodeURIComponent(id)}`
  const audit: Admin['audit'] = (query, { signal } = {}) =>
    json('AuditPage', { method: 'GET', path: '/api/admin/audit', query, signal })
  return {
    users: (query, { signal } = {}) => json('AdminUserPage', { method: 'GET', path: users, query, signal }),
    user: (id, { signal } = {}) => json('AdminUser', { method: 'GET', path: pathOf(id), signal }),
    changeUser: (id, body, { signal } = {}) =>
      json('AdminUser', { method: 'PATCH', path: pathOf(id), body, signal }),
    async signOutUser(id, { signal } = {}) {
      await send({ method: 'POST', path: `${pathOf(id)}/sign-out`, signal })
    },
    async eraseUser(id, { signal } = {}) {
      const answer = await send({ method: 'DELETE', path: pathOf(id), signal })
      return answer.headers.get('rendition-receipt')
    },
    stats: ({ signal } = {}) => json('AdminStats', { method: 'GET', path: '/api/admin/stats', signal }),
    audit,
    auditPages: (query = {}, asking = {}) => pagesOf(audit, query, asking),
  }
}
