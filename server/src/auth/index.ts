import type { JWK } from 'jose'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import type { CreateLimiter } from '../platform/limits/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { createSigner, publicKeyOf } from './access-tokens.ts'
import { createChangeAccount } from './accounts/change-account.ts'
import { createDeleteAccount } from './accounts/erase-account.ts'
import { createLogIn } from './accounts/log-in.ts'
import { createRegister } from './accounts/register.ts'
import { createShowAccount } from './accounts/show-account.ts'
import { createChangeUser } from './admin/change-user.ts'
import { createListAudit } from './admin/list-audit.ts'
import { type CountImages, createShowStats } from './admin/show-stats.ts'
import { createDeleteUser, createListUsers, createShowUser } from './admin/users.ts'
import type { AuthConfig } from './config.ts'
import { createCreateKey } from './keys/create-key.ts'
import { createDeleteKey } from './keys/delete-key.ts'
import { createListKeys, createShowCurrentKey } from './keys/list-keys.ts'
import type { AuthParts, EraseOwned, OnAccountDeleted } from './parts.ts'
import { createPasswords } from './passwords.ts'
import { createPrune } from './prune.ts'
import { createLogOut, createRevokeSession } from './sessions/end-session.ts'
import { createListSessions } from './sessions/list-sessions.ts'
import { createRefresh } from './sessions/refresh.ts'
import { createThrottle } from './throttle.ts'
import type { Auth } from './types.ts'
import { revokedTopic } from './verify/revocation-watch.ts'
import { createVerifier } from './verify/verifier.ts'

export { type AccessClaims, generateSigningKey, type PublicKeys } from './access-tokens.ts'
export type { CountImages } from './admin/show-stats.ts'
export { type AuthConfig, authConfigSchema } from './config.ts'
export type { EraseOwned, OnAccountDeleted } from './parts.ts'
export type { Auth } from './types.ts'
export { createVerifier, type Verifier, type VerifierOptions } from './verify/verifier.ts'

export interface AuthOptions {
  db: Database
  /** Private Ed25519 JWK with a `kid`, from `generateSigningKey`. */
  signingKey: JWK
  /** Earlier keys whose tokens still live; their public halves suffice. */
  retiredKeys?: readonly JWK[]
  config: AuthConfig
  clock: Clock
  logger: Logger
  /** Makes revocations count at once in other processes; without it, within seconds. */
  bus?: Bus
  /** Counters that are shared between processes; without it each process counts for itself. */
  createLimiter?: CreateLimiter
  /** Removes what other rooms hold of a closed account; may be called again. */
  eraseOwned?: EraseOwned
  /** Rows of other rooms that go in one transaction with the account. */
  onAccountDeleted?: OnAccountDeleted
  /** For the administrators' figures. */
  countImages?: CountImages
}

/** The auth room: the only one that knows passwords and signs tokens. */
export async function createAuth(options: AuthOptions): Promise<Auth> {
  const { db, clock, config, logger, bus } = options
  const publicKeys = { keys: [options.signingKey, ...(options.retiredKeys ?? [])].map(publicKeyOf) }
  const sign = await createSigner(
    options.signingKey,
    { issuer: config.issuer, audience: config.audience, seconds: config.accessTokenSeconds },
    clock,
  )
  const verifier = await createVerifier({ keys: publicKeys, accounts: { db }, config, bus, clock, logger })

  const parts: AuthParts = {
    db,
    clock,
    config,
    sign,
    passwords: createPasswords(config),
    throttle: createThrottle(config, options.createLimiter),
    announce: async (revocations) => {
      if (revocations.length === 0) return
      verifier.apply(revocations)
      // The rows are written: without the bus the others find them within seconds.
      await bus
        ?.publish(revokedTopic, revocations)
        .catch((err: unknown) => logger.warn({ err }, 'revocations were not announced'))
    },
    logger,
    eraseOwned: options.eraseOwned ?? (async () => {}),
    onAccountDeleted: options.onAccountDeleted ?? (async () => {}),
  }

  return {
    authenticate: verifier.authenticate,
    verifyToken: verifier.verifyToken,
    publicKeys,
    register: createRegister(parts),
    logIn: createLogIn(parts),
    refresh: createRefresh(parts),
    logOut: createLogOut(parts),
    listSessions: createListSessions(parts),
    revokeSession: createRevokeSession(parts),
    showAccount: createShowAccount(parts),
    changeAccount: createChangeAccount(parts),
    deleteAccount: createDeleteAccount(parts),
    createKey: createCreateKey(parts),
    listKeys: createListKeys(parts),
    showCurrentKey: createShowCurrentKey(parts),
    deleteKey: createDeleteKey(parts),
    admin: {
      listUsers: createListUsers(parts),
      showUser: createShowUser(parts),
      changeUser: createChangeUser(parts),
      deleteUser: createDeleteUser(parts),
      listAudit: createListAudit(parts),
      showStats: createShowStats(parts, options.countImages ?? (async () => ({}))),
    },
    prune: createPrune(parts),
    close: () => verifier.close(),
  }
}
