import { Failure, type SessionTokens } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { type Account, startSession, tokensFor } from '../sessions/start-session.ts'
import { isTwoStepOn } from '../store/two-step.ts'
import { updateUser } from '../store/users.ts'
import { openChallenge, type RoleClaim } from './challenge.ts'

/** What a proof of who somebody is leads to: a session, or the second step where the account has one. */
export type BegunSignIn =
  | { account: Account; sessionId: string; refreshToken: string }
  | { challenge: string }

export interface SignInProof {
  at: Date
  origin: Origin
  /** What the audit says besides of a session that starts. */
  details?: Record<string, unknown>
  /** false where whoever vouches for the account asks for a second step itself. */
  asksSecondStep?: boolean
  /** The role that a provider's claim says, for the account once it is signed in to. */
  claim?: RoleClaim | null
}

/** Signs in to an account whose owner has shown who they are. Hold the account's lock. */
export async function beginSignIn(
  tx: Transaction,
  parts: Pick<AuthDeps, 'config' | 'clock'>,
  account: Account,
  { at, origin, details = {}, asksSecondStep = true, claim = null }: SignInProof,
): Promise<BegunSignIn> {
  const { id } = account
  if (asksSecondStep && (await isTwoStepOn(tx, id))) {
    return { challenge: await openChallenge(tx, id, at, claim) }
  }
  await updateUser(tx, id, { lastLoginAt: at }, at)
  const started = await startSession(tx, parts, id, origin)
  const deed = { action: 'session.start', actorId: id, targetId: started.sessionId, details } as const
  await recordAudit(tx, at, deed, origin)
  return { ...started, account }
}

/** The answer of a sign-in. Throws `two_step_required` with the challenge where a code is asked for as well. */
export async function tokensOf(
  parts: Pick<AuthDeps, 'config' | 'sign'>,
  begun: BegunSignIn,
): Promise<SessionTokens> {
  if ('challenge' in begun) {
    const { challenge } = begun
    throw new Failure('two_step_required', 'Send the code of your app to /api/auth/login/two-step.', {
      challenge,
    })
  }
  return tokensFor(parts, begun.account, begun, 'Login successful')
}
