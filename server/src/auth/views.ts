import type { AccountDetails, AdminUser, ApiKey, Session, User } from '@rendition/contract'
import type { KeyRow } from './store/keys.ts'
import type { SessionRow } from './store/sessions.ts'
import type { UserRow } from './store/users.ts'

type Account = Pick<UserRow, 'id' | 'email' | 'username' | 'role' | 'createdAt'>

export function userView({ id, email, username, role, createdAt }: Account): User {
  return { id, email, username, role, createdAt: createdAt.toISOString() }
}

/** As its owner sees it. */
export const accountView = (row: UserRow): AccountDetails => ({ ...userView(row), language: row.language })

export function adminUserView(row: UserRow): AdminUser {
  return {
    ...userView(row),
    disabled: row.disabledAt !== null,
    lastLoginAt: row.lastLoginAt?.toISOString() ?? null,
    twoStep: row.twoStep,
    emailVerified: row.emailVerifiedAt !== null,
    roleWhenVerified: row.roleWhenVerified,
    quota: { bytes: row.quotaBytes, images: row.quotaImages },
  }
}

export function sessionView(row: SessionRow, currentId: string | null): Session {
  return {
    id: row.id,
    current: row.id === currentId,
    userAgent: row.userAgent,
    address: row.address,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}

export function keyView(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: `rnk_${row.lookup}`,
    scopes: row.scopes,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}
