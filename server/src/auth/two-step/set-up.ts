import { Failure, type RecoveryCodes, type TwoStep, type TwoStepSetUp } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import type { ProveOwner } from '../prove-owner.ts'
import { recordAudit } from '../record-audit.ts'
import {
  confirmTwoStep,
  countRecoveryCodes,
  findTwoStep,
  lockTwoStep,
  putTwoStep,
  replaceRecoveryCodes,
} from '../store/two-step.ts'
import { lockUser } from '../store/users.ts'
import { hashOf, newRecoveryCodes, newSecret, uriOf } from './codes.ts'
import { spendCode } from './spend-code.ts'

type Parts = Pick<AuthDeps, 'db' | 'clock' | 'sealing' | 'log' | 'codeThrottle'> & {
  proveOwner: ProveOwner
}

/** Whether signing in asks for a code. */
export type ShowTwoStep = (principal: Principal) => Promise<TwoStep>

export function createShowTwoStep({ db }: Pick<Parts, 'db'>): ShowTwoStep {
  return async ({ userId }) => {
    const since = (await findTwoStep(db, userId))?.confirmedAt ?? null
    const recoveryCodesLeft = since === null ? 0 : await countRecoveryCodes(db, userId)
    return { enabled: since !== null, since: since?.toISOString() ?? null, recoveryCodesLeft }
  }
}

/**
 * A new secret for an authenticator app. Nothing asks for it before it is confirmed; until then this may be called
 * again. Throws `invalid_credentials`, `rate_limited`, `conflict` where the second step is on.
 */
export type SetUpTwoStep = (
  principal: Principal,
  currentPassword: string | undefined,
  origin: Origin,
) => Promise<TwoStepSetUp>

export function createSetUpTwoStep({ db, clock, sealing, proveOwner }: Parts): SetUpTwoStep {
  return async (principal, currentPassword, origin) => {
    const { userId } = principal
    await proveOwner(principal, currentPassword, origin)
    const secret = newSecret()
    return db.transaction(async (tx) => {
      const user = await lockUser(tx, userId)
      if (user === null) throw new Failure('token_invalid', 'This account is gone.')
      if ((await lockTwoStep(tx, userId))?.confirmedAt) {
        throw new Failure('conflict', 'Two-step sign-in is on. Switch it off to set it up anew.')
      }
      await putTwoStep(tx, userId, sealing.seal(secret, userId), clock.now())
      return { secret, uri: uriOf(secret, user.email ?? user.username ?? userId) }
    })
  }
}

/** Of both uses of a code by somebody signed in: counted, and what is spent is written even where it was wrong. */
async function withCode(
  { db, codeThrottle }: Parts,
  userId: string,
  work: (tx: Transaction) => Promise<RecoveryCodes | null>,
): Promise<RecoveryCodes> {
  await codeThrottle.admit(userId)
  const codes = await db.transaction(work)
  if (codes === null) throw new Failure('code_invalid')
  await codeThrottle.succeeded(userId)
  return codes
}

/** Ten new recovery codes in place of the earlier ones, written in the caller's transaction. */
async function giveRecoveryCodes(tx: Transaction, userId: string): Promise<RecoveryCodes> {
  const recoveryCodes = newRecoveryCodes()
  await replaceRecoveryCodes(
    tx,
    userId,
    recoveryCodes.map((code) => hashOf(userId, code)),
  )
  return { recoveryCodes }
}

/** Switches the second step on, by a code that shows that the app has the secret. Throws `code_invalid`, `conflict`, `rate_limited`. */
export type ConfirmTwoStep = (principal: Principal, code: string, origin: Origin) => Promise<RecoveryCodes>

export function createConfirmTwoStep(parts: Parts): ConfirmTwoStep {
  return ({ userId }, code, origin) =>
    withCode(parts, userId, async (tx) => {
      const row = await lockTwoStep(tx, userId)
      if (row === null) throw new Failure('conflict', 'Nothing is being set up. Begin with a secret.')
      if (row.confirmedAt !== null) throw new Failure('conflict', 'Two-step sign-in is on already.')
      if ((await spendCode(tx, parts, userId, code, { pending: true })) === null) return null
      const at = parts.clock.now()
      await confirmTwoStep(tx, userId, at)
      const deed = { action: 'two-step.on', actorId: userId, targetId: userId } as const
      await recordAudit(tx, at, { ...deed, details: { twoStep: { from: false, to: true } } }, origin)
      return giveRecoveryCodes(tx, userId)
    })
}

/** New recovery codes, for whoever has the app or one code left. Throws `code_invalid`, `conflict`, `rate_limited`. */
export type RenewRecoveryCodes = (
  principal: Principal,
  code: string,
  origin: Origin,
) => Promise<RecoveryCodes>

export function createRenewRecoveryCodes(parts: Parts): RenewRecoveryCodes {
  return ({ userId }, code, origin) =>
    withCode(parts, userId, async (tx) => {
      if (!(await lockTwoStep(tx, userId))?.confirmedAt) throw notOn()
      if ((await spendCode(tx, parts, userId, code)) === null) return null
      const deed = { action: 'two-step.codes', actorId: userId, targetId: userId } as const
      await recordAudit(tx, parts.clock.now(), deed, origin)
      return giveRecoveryCodes(tx, userId)
    })
}

const notOn = (): Failure => new Failure('conflict', 'Two-step sign-in is not on.')
