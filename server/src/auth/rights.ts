import { allScopes, Failure, type Role, type Scope } from '@rendition/contract'
import { type Principal, requireScope } from '../platform/http/principal.ts'

const reading: ReadonlySet<Scope> = new Set<Scope>(['images:read', 'jobs:read'])
const everything: ReadonlySet<Scope> = new Set(allScopes)

/** All that a role may do. What an administrator may do to others is decided by the role, not by a scope. */
export function scopesOf(role: Role): ReadonlySet<Scope> {
  return role === 'viewer' ? reading : everything
}

/** Looking at one's own account: any token, and keys that were given the scope. */
export function requireOwnAccount(principal: Principal): void {
  if (principal.keyId !== null) requireScope(principal, 'account:manage')
}

export function requireAdmin(principal: Principal): void {
  if (principal.role !== 'admin') throw new Failure('forbidden', 'Only administrators may do that.')
  requireScope(principal, 'account:manage')
}
