import { Failure } from '@rendition/contract'
import type { Principal } from '../platform/http/principal.ts'

/** What would outlast a key (a password, a role) is changed by somebody who signed in, whatever the key may do. */
export function requireSession(principal: Principal): void {
  if (principal.keyId === null) return
  throw new Failure('forbidden', 'An API key changes no password and no role. Sign in for that.')
}
