import { Failure, type ProviderFinish, type SessionTokens } from '@rendition/contract'
import { type Transaction, UniqueViolation } from '../../platform/database/port.ts'
import { followClaim } from '../accounts/follow-claim.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { insertRevocations } from '../store/revocations.ts'
import { lockRoles } from '../store/users.ts'
import { beginSignIn, tokensOf } from '../two-step/begin-sign-in.ts'
import { comeBack } from './come-back.ts'
import { settleAccount } from './settle-account.ts'
import type { ProviderParts } from './start-sign-in.ts'

/**
 * Signs in by what a provider sent the browser back with. Throws what coming back and settling throw, `forbidden` for a
 * disabled account, `two_step_required` where a code of this account is asked for as well.
 */
export type FinishProviderSignIn = (
  providerId: string,
  input: ProviderFinish,
  origin: Origin,
) => Promise<SessionTokens>

export function createFinishProviderSignIn(
  parts: ProviderParts & Pick<AuthDeps, 'config' | 'sign' | 'announce'>,
): FinishProviderSignIn {
  const { db, clock } = parts
  return async (providerId, input, origin) => {
    const { row, provider, person } = await comeBack(parts, providerId, input)
    if (row.userId !== null)
      throw new Failure('challenge_expired', 'This was to link an account. Begin anew.')
    const { config } = provider
    const work = async (tx: Transaction) => {
      await lockRoles(tx)
      const at = clock.now()
      const settled = await settleAccount(tx, parts, config, person, at, origin)
      if (settled.disabledAt !== null) throw new Failure('forbidden', 'This account is disabled.')
      const claim =
        person.role === null || person.role === 'refuse' ? null : { role: person.role, provider: config.id }
      const asksSecondStep = config.secondStep === 'ask'
      // Whoever has the provider alone is not yet the account: its role waits for the code.
      const waits = asksSecondStep && settled.twoStep
      const { user, revocations } =
        claim === null || waits
          ? { user: settled, revocations: [] }
          : await followClaim(tx, claim, settled, at, origin)
      const revoked = await insertRevocations(tx, revocations)
      const proof = { at, origin, details: { provider: config.id }, asksSecondStep, claim }
      return { revoked, begun: await beginSignIn(tx, parts, user, proof) }
    }
    const { revoked, begun } = await db.transaction(work).catch((error: unknown) => {
      // The same person signed in or was linked in another tab meanwhile.
      throw error instanceof UniqueViolation ? new Failure('conflict', 'Sign in once more.') : error
    })
    await parts.announce(revoked)
    return tokensOf(parts, begun)
  }
}
