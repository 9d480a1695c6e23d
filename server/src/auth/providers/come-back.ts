import { Failure, type ProviderFinish } from '@rendition/contract'
import { readToken } from '../secret-token.ts'
import { type ProviderSignInRow, takeProviderSignIn } from '../store/provider-sign-ins.ts'
import type { Person } from './claims.ts'
import type { Provider, Secrets } from './provider.ts'
import { browserHashOf, type ProviderParts } from './start-sign-in.ts'

/**
 * Of a browser that comes back from a provider: which sign-in it is, taken so that it is good once, and who signed in.
 * Throws `challenge_expired` where it is none that this browser began, `sign_in_refused`, `unavailable`.
 */
export async function comeBack(
  { db, clock, sealing, providers }: ProviderParts,
  providerId: string,
  { browserKey, answer }: ProviderFinish,
): Promise<{ row: ProviderSignInRow; provider: Provider; person: Person }> {
  const provider = await providers.get(providerId)
  const state = new URLSearchParams(answer).get('state') ?? ''
  const presented = readToken('rns', state)
  const row =
    presented?.lookup.length === 32
      ? await takeProviderSignIn(
          db,
          {
            id: presented.lookup,
            provider: providerId,
            stateHash: presented.hash,
            browserHash: browserHashOf(browserKey),
          },
          clock.now(),
        )
      : null
  const secrets = row === null ? null : sealing.open(row.sealed, row.id)
  if (row === null || secrets === null) {
    throw new Failure(
      'challenge_expired',
      'The sign-in took too long, was used already, or began in another tab. Begin anew.',
    )
  }
  const person = await provider.redeem(answer, state, JSON.parse(secrets) as Secrets)
  return { row, provider, person }
}
