import { Failure, type Role, type SecondStep, type SessionTokens } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Transaction } from '../../platform/database/port.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { mintToken, readToken, sameHash } from '../secret-token.ts'
import { type Account, lookupOf, startSession, tokensFor } from '../sessions/start-session.ts'
import { deleteChallenge, findChallenge, insertChallenge, tryChallenge } from '../store/challenges.ts'
import { insertRevocations, type NewRevocation, type Revocation } from '../store/revocations.ts'
import { lockRoles, lockUser, type UserRow, updateUser } from '../store/users.ts'
import { type CodeKind, spendCode } from './spend-code.ts'

/** Time to find the phone. */
const challengeSeconds = 300
/** Then the password is asked for again. */
const mostTries = 5

/** The role that a provider's claim says. */
export interface RoleClaim {
  role: Role
  provider: string
}

/** Gives an account the role of a claim, under `lockRoles`; what is to be told to the verifiers. */
export type FollowClaim = (
  tx: Transaction,
  claim: RoleClaim,
  user: UserRow,
  at: Date,
  origin: Origin,
) => Promise<{ user: UserRow; revocations: NewRevocation[] }>

/** Names a sign-in whose password was right, for the code that is to come. Hold the account's lock. */
export async function openChallenge(
  tx: Transaction,
  userId: string,
  now: Date,
  claim: RoleClaim | null = null,
): Promise<string> {
  const id = uuidv7()
  const { token, hash } = mintToken('rnc', lookupOf(id))
  await insertChallenge(tx, {
    id,
    userId,
    hash,
    expiresAt: new Date(now.getTime() + challengeSeconds * 1000),
    claimedRole: claim?.role ?? null,
    provider: claim?.provider ?? null,
  })
  return token
}

/**
 * Goes on with a sign-in, by a code. Tries are counted for the sign-in, and for the account wherever they come from.
 * Throws `challenge_expired`, `code_invalid`, `rate_limited`, `forbidden` for a disabled account.
 */
export type FinishSignIn = (step: SecondStep, origin: Origin) => Promise<SessionTokens>

type Outcome =
  | {
      is: 'signed in'
      account: Account
      sessionId: string
      refreshToken: string
      revoked: readonly Revocation[]
    }
  | { is: 'wrong' }
  | { is: 'over' }

export function createFinishSignIn(
  parts: Pick<AuthDeps, 'db' | 'clock' | 'config' | 'sealing' | 'codeThrottle' | 'sign' | 'announce' | 'log'>,
  followClaim: FollowClaim,
): FinishSignIn {
  const { db, clock, codeThrottle } = parts
  return async ({ challenge, code }, origin) => {
    const presented = readToken('rnc', challenge)
    const known = presented?.lookup.length === 32 ? await findChallenge(db, presented.lookup) : null
    if (presented === null || known === null || !sameHash(known.hash, presented.hash)) throw over()
    if (known.tries >= mostTries || known.expiresAt <= clock.now()) throw over()
    await codeThrottle.admit(known.userId)
    // Outcomes, not throws: the try must be written, and a throw would roll it back.
    const outcome = await db.transaction(async (tx): Promise<Outcome> => {
      const { claimedRole: role, provider } = known
      const claim = role === null || provider === null ? null : { role, provider }
      // Before the account, as whoever decides who is an administrator does.
      if (claim !== null) await lockRoles(tx)
      const user = await lockUser(tx, known.userId)
      const row = user === null ? null : await tryChallenge(tx, known.id)
      if (user === null || row === null || row.tries > mostTries) return { is: 'over' }
      const kind = await spendCode(tx, parts, user.id, code)
      const at = clock.now()
      if (kind === null) {
        const deed = {
          action: 'session.start',
          outcome: 'failure',
          actorId: null,
          targetId: user.id,
        } as const
        await recordAudit(tx, at, { ...deed, details: { step: 'code' } }, origin)
        return { is: 'wrong' }
      }
      if (user.disabledAt !== null) throw new Failure('forbidden', 'This account is disabled.')
      await deleteChallenge(tx, row.id)
      const followed = claim === null ? null : await followClaim(tx, claim, user, at, origin)
      const revoked = await insertRevocations(tx, followed?.revocations ?? [])
      await updateUser(tx, user.id, { lastLoginAt: at }, at)
      const started = await startSession(tx, parts, user.id, origin)
      await recordAudit(tx, at, startedBy(user.id, started.sessionId, kind), origin)
      return { is: 'signed in', account: followed?.user ?? user, revoked, ...started }
    })
    if (outcome.is === 'over') throw over()
    if (outcome.is === 'wrong') throw new Failure('code_invalid')
    await parts.announce(outcome.revoked)
    await codeThrottle.succeeded(known.userId)
    return tokensFor(parts, outcome.account, outcome, 'Login successful')
  }
}

const startedBy = (userId: string, sessionId: string, secondStep: CodeKind) =>
  ({ action: 'session.start', actorId: userId, targetId: sessionId, details: { secondStep } }) as const

const over = (): Failure => new Failure('challenge_expired', 'Sign in again with your password.')
