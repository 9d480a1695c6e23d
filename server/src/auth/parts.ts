import type { Clock } from '../platform/clock.ts'
import type { Database, Transaction } from '../platform/database/port.ts'
import type { AccessClaims } from './access-tokens.ts'
import type { AuthConfig } from './config.ts'
import type { Passwords } from './passwords.ts'
import type { Revocation } from './store/revocations.ts'
import type { Throttle } from './throttle.ts'

/**
 * Another room's share in erasing an account, in the same transaction and before the account itself goes.
 * What it throws keeps the account. Bytes are best only marked here, and removed by that room afterwards.
 */
export type OnAccountDeleted = (userId: string, tx: Transaction) => Promise<void>

/** What the use cases of this room are made of; each names the few it needs. */
export interface AuthParts {
  db: Database
  clock: Clock
  config: AuthConfig
  passwords: Passwords
  throttle: Throttle
  sign: (claims: Omit<AccessClaims, 'expiresAt'>) => Promise<string>
  /** Tells every verifier at once what was revoked; they would find it in the table seconds later. */
  announce: (revocations: readonly Revocation[]) => Promise<void>
  onAccountDeleted: OnAccountDeleted
}
