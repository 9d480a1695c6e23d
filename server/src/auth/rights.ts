import { Failure } from '@rendition/contract'
import type { Principal } from '../platform/http/principal.ts'
import type { UserRow } from './store/users.ts'

/** What would outlast a key (a password, a role) is changed by somebody who signed in, whatever the key may do. */
export function requireSession(principal: Principal): void {
  if (principal.keyId === null) return
  throw new Failure('forbidden', 'An API key changes no password and no role. Sign in for that.')
}

/** A viewer's account is not the viewer's to change or to end; but one that only waits for its address to be verified is its owner's. */
export function refuseViewers({ role, roleWhenVerified }: UserRow): void {
  if (role !== 'viewer' || roleWhenVerified !== null) return
  throw new Failure('forbidden', 'Viewers may only read.')
}
