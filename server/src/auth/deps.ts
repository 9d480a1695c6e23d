import type { Clock } from '../platform/clock.ts'
import type { Database, Transaction } from '../platform/database/port.ts'
import type { ErasureBook } from '../platform/erasure/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { AccessClaims } from './access-tokens.ts'
import type { AuthConfig } from './config.ts'
import type { CheckPassword } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import type { Sealing } from './sealing.ts'
import type { Revocation } from './store/revocations.ts'
import type { CodeThrottle, MailThrottle, Throttle } from './throttle.ts'

/**
 * Another room's part in erasing an account that is closed already: removes what the account owned, in as many
 * transactions as it likes. May run again after a failure or a crash, until it once succeeds.
 */
export type EraseOwned = (userId: string) => Promise<void>

/** The last words: in the transaction that removes the account itself, after `EraseOwned`. Short, and only rows. */
export type OnAccountDeleted = (userId: string, tx: Transaction) => Promise<void>

/** Has a link mailed to an address, its own or one that shall take its place. Hold the account; wake the post office after it. */
export type MailVerification = (tx: Transaction, userId: string, email: string, at: Date) => Promise<void>

/** What the use cases of this room are made of; each names the few it needs. */
export interface AuthDeps {
  db: Database
  clock: Clock
  config: AuthConfig
  passwords: Passwords
  checkPassword: CheckPassword
  throttle: Throttle
  codeThrottle: CodeThrottle
  mailThrottle: MailThrottle
  /** Keeps secrets that must be read again, unlike passwords. */
  sealing: Sealing
  /** Of the secrets that all processes share: makes a refresh token's successor the same every time. */
  successionKey: Buffer
  sign: (claims: Omit<AccessClaims, 'expiresAt'>) => Promise<string>
  /** Tells every verifier at once what was revoked; they would find it in the table seconds later. */
  announce: (revocations: readonly Revocation[]) => Promise<void>
  eraseOwned: EraseOwned
  onAccountDeleted: OnAccountDeleted
  erasures: ErasureBook
  log: Logger
}
