import { Failure, type ProviderFinish, type SessionTokens } from '@rendition/contract'
import { type Transaction, UniqueViolation } from '../../platform/database/port.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { startSession, tokensFor } from '../sessions/start-session.ts'
import { insertRevocations } from '../store/revocations.ts'
import { isTwoStepOn } from '../store/two-step.ts'
import { lockRoles, updateUser } from '../store/users.ts'
import { openChallenge } from '../two-step/challenge.ts'
import { comeBack } from './come-back.ts'
import { followClaim, settleAccount } from './settle-account.ts'
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
      const { user, revocations } = await followClaim(tx, config, person, settled, at, origin)
      const revoked = await insertRevocations(tx, revocations)
      if (config.secondStep === 'ask' && (await isTwoStepOn(tx, user.id))) {
        return { revoked, challenge: await openChallenge(tx, user.id, at) }
      }
      await updateUser(tx, user.id, { lastLoginAt: at }, at)
      const started = await startSession(tx, parts, user.id, origin)
      const deed = { action: 'session.start', actorId: user.id, targetId: started.sessionId } as const
      await recordAudit(tx, at, { ...deed, details: { provider: config.id } }, origin)
      return { ...started, revoked, account: user }
    }
    const outcome = await db.transaction(work).catch((error: unknown) => {
      // The same person signed in or was linked in another tab meanwhile.
      throw error instanceof UniqueViolation ? new Failure('conflict', 'Sign in once more.') : error
    })
    await parts.announce(outcome.revoked)
    if ('challenge' in outcome) {
      const { challenge } = outcome
      throw new Failure('two_step_required', 'Send the code of your app to /api/auth/login/two-step.', {
        challenge,
      })
    }
    return tokensFor(parts, outcome.account, outcome, 'Login successful')
  }
}
