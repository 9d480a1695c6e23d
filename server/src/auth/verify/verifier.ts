import { Failure } from '@rendition/contract'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Authenticate, Principal } from '../../platform/http/principal.ts'
import { scopesOf } from '../../platform/http/rights.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { type AccessClaims, createAccessVerifier, type PublicKeys } from '../access-tokens.ts'
import type { AuthConfig } from '../config.ts'
import { type Revocation, recentRevocations } from '../store/revocations.ts'
import { createKeyCache } from './key-cache.ts'
import { databaseKeys, upstreamKeys } from './key-sources.ts'
import { type RevocationWatch, watchRevocations } from './revocation-watch.ts'

export interface VerifierOptions {
  /** The key set itself, or the address of the auth role's `/.well-known/jwks.json`. */
  keys: PublicKeys
  /** Where API keys and revocations are looked up. With the auth role's URL, revocations come by the bus alone. */
  accounts: { db: Database } | { upstream: URL }
  config: Pick<AuthConfig, 'issuer' | 'audience' | 'accessTokenSeconds'>
  bus?: Bus | undefined
  clock: Clock
  log: Logger
}

/** Tells who is calling, in any process: no trust by network position. */
export interface Verifier {
  authenticate: Authenticate
  /** The living account behind an access token. Throws 401 `token_expired` or `token_invalid`. */
  verifyToken(token: string): Promise<AccessClaims>
  /** Takes note of what this process itself has just revoked. */
  apply(revocations: readonly Revocation[]): void
  close(): Promise<void>
}

export async function createVerifier(options: VerifierOptions): Promise<Verifier> {
  const { accounts, clock, log, config } = options
  const verifyAccess = createAccessVerifier(options.keys, config, clock)
  const source = 'db' in accounts ? databaseKeys(accounts.db, clock, log) : upstreamKeys(accounts.upstream)
  const keys = createKeyCache(source, clock)
  const watch: RevocationWatch = await watchRevocations({
    ...('db' in accounts ? { load: (seconds: number) => recentRevocations(accounts.db, seconds) } : {}),
    bus: options.bus,
    clock,
    log,
    accessTokenSeconds: config.accessTokenSeconds,
    onRevoked: ({ kind, subject }) => {
      if (kind === 'key') keys.drop(({ keyId }) => keyId === subject)
      if (kind === 'user') keys.drop(({ userId }) => userId === subject)
    },
  })

  const verifyToken = async (token: string): Promise<AccessClaims> => {
    refuseOtherKinds(token)
    const claims = await verifyAccess(token)
    await watch.refresh()
    const role = watch.roleOf(claims.userId)
    if (role === null || watch.sessionRevoked(claims.sessionId)) {
      throw new Failure('token_invalid', 'The session has ended.')
    }
    return role === undefined ? claims : { ...claims, role }
  }
  const principalOf = ({ userId, email, username, role, sessionId, expiresAt }: AccessClaims): Principal => ({
    userId,
    role,
    email,
    username,
    scopes: scopesOf(role),
    sessionId,
    keyId: null,
    expiresAt,
  })

  return {
    verifyToken,
    authenticate: async (headers) => {
      const token = bearerOf(headers.authorization)
      if (token !== null) return principalOf(await verifyToken(token))
      const key = headers['x-api-key']
      if (key === undefined || key === '') return null
      if (typeof key !== 'string') throw new Failure('token_invalid', 'Send one X-API-Key.')
      if (key.startsWith('eyJ')) {
        throw new Failure('token_invalid', 'This is an access token: send it as Authorization: Bearer.')
      }
      await watch.refresh()
      return keys.authenticate(key)
    },
    apply: (revocations) => watch.apply(revocations),
    close: () => watch.close(),
  }
}

/** What stands in the wrong place is told where it belongs; its beginning says what it is, and nothing of it is looked up. */
function refuseOtherKinds(token: string): void {
  if (token.startsWith('rnk_')) {
    throw new Failure('token_invalid', 'This is an API key: send it as X-API-Key, not as a Bearer token.')
  }
  if (token.startsWith('rnr_')) {
    const detail = 'This is a refresh token: POST /api/auth/refresh gives an access token for it.'
    throw new Failure('token_invalid', detail)
  }
}

/** The token of a Bearer header; null for none and for other schemes, which a proxy in front may use for its own. */
export function bearerOf(authorization: string | undefined): string | null {
  const [, token] = /^bearer +(.*)$/i.exec(authorization ?? '') ?? []
  return token === undefined ? null : token.trim()
}
