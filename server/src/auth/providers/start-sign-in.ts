import { createHash, randomBytes } from 'node:crypto'
import { Failure, type ProviderStart } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import type { ProveOwner } from '../prove-owner.ts'
import { mintToken } from '../secret-token.ts'
import { lookupOf } from '../sessions/start-session.ts'
import { insertProviderSignIn, pruneProviderSignIns } from '../store/provider-sign-ins.ts'
import type { Provider } from './provider.ts'
import type { Providers } from './providers.ts'

/** Time to find the password of the provider. */
const signInSeconds = 600
/** A bound for the table: beginning needs no account. */
const mostUnderWay = 50_000

export type ProviderParts = Pick<AuthDeps, 'db' | 'clock' | 'sealing'> & {
  providers: Providers
  publicUrl: string
}

export const browserHashOf = (browserKey: string): Buffer => createHash('sha256').update(browserKey).digest()

/**
 * Begins a sign-in at a provider: where the browser goes, and what stays in it. `pageOrigin` is where the page is open: a
 * browser comes back to the configured address, where another one's key is not. Throws `not_found`, `wrong_address`,
 * `unavailable`, `overloaded`.
 */
export type StartProviderSignIn = (providerId: string, pageOrigin: string | null) => Promise<ProviderStart>

export function createStartProviderSignIn(parts: ProviderParts): StartProviderSignIn {
  return async (providerId, pageOrigin) => {
    const provider = await parts.providers.get(providerId)
    return begin(parts, provider, pageOrigin, { userId: null, sessionId: null })
  }
}

/** The same, to link the provider's account to the caller's. Throws what proving throws besides. */
export type StartLink = (
  principal: Principal,
  providerId: string,
  currentPassword: string | undefined,
  pageOrigin: string | null,
  origin: Origin,
) => Promise<ProviderStart>

export function createStartLink(parts: ProviderParts & { proveOwner: ProveOwner }): StartLink {
  return async (principal, providerId, currentPassword, pageOrigin, origin) => {
    const provider = await parts.providers.get(providerId)
    await parts.proveOwner(principal, currentPassword, origin)
    const { userId, sessionId } = principal
    return begin(parts, provider, pageOrigin, { userId, sessionId })
  }
}

async function begin(
  { db, clock, sealing, publicUrl }: ProviderParts,
  provider: Provider,
  pageOrigin: string | null,
  whose: { userId: string | null; sessionId: string | null },
): Promise<ProviderStart> {
  const { id: providerId, name } = provider.config
  if (pageOrigin !== null && pageOrigin !== publicUrl) {
    throw new Failure('wrong_address', `${name} signs in at ${publicUrl} alone: open the page there.`)
  }
  const id = uuidv7()
  const { token: state, hash: stateHash } = mintToken('rns', lookupOf(id))
  const { url, secrets } = await provider.begin(state)
  const browserKey = randomBytes(32).toString('base64url')
  const now = clock.now()
  await pruneProviderSignIns(db, now)
  const row = {
    id,
    provider: providerId,
    ...whose,
    stateHash,
    browserHash: browserHashOf(browserKey),
    sealed: sealing.seal(JSON.stringify(secrets), id),
    expiresAt: new Date(now.getTime() + signInSeconds * 1000),
  }
  if (!(await insertProviderSignIn(db, row, mostUnderWay))) {
    throw new Failure('overloaded', 'Too many sign-ins are under way.', { retryAfter: 60 })
  }
  return { url, browserKey }
}
