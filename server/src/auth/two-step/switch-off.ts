import { Failure } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import type { ProveOwner } from '../prove-owner.ts'
import { recordAudit } from '../record-audit.ts'
import { deleteTwoStep, lockTwoStep } from '../store/two-step.ts'
import { findUser, lockUser } from '../store/users.ts'
import { spendCode } from './spend-code.ts'

/** Switches one's own second step off. Throws `invalid_credentials`, `code_invalid`, `conflict`, `rate_limited`. */
export type SwitchOffTwoStep = (
  principal: Principal,
  proof: { currentPassword?: string | undefined; code: string },
  origin: Origin,
) => Promise<void>

export function createSwitchOffTwoStep(
  parts: Pick<AuthDeps, 'db' | 'clock' | 'sealing' | 'log' | 'codeThrottle'> & {
    proveOwner: ProveOwner
  },
): SwitchOffTwoStep {
  const { db, clock, codeThrottle, proveOwner } = parts
  return async (principal, { currentPassword, code }, origin) => {
    const { userId } = principal
    await proveOwner(principal, currentPassword, origin)
    await codeThrottle.admit(userId)
    const right = await db.transaction(async (tx) => {
      if (!(await lockTwoStep(tx, userId))?.confirmedAt) {
        throw new Failure('conflict', 'Two-step sign-in is not on.')
      }
      if ((await spendCode(tx, parts, userId, code)) === null) return false
      await deleteTwoStep(tx, userId)
      const deed = { action: 'two-step.off', actorId: userId, targetId: userId, details } as const
      await recordAudit(tx, clock.now(), deed, origin)
      return true
    })
    if (!right) throw new Failure('code_invalid')
    await codeThrottle.succeeded(userId)
  }
}

/**
 * Takes the second step off somebody who lost the app and the recovery codes; whoever does it has made sure who asks.
 * Not off oneself: a session that was stolen from an administrator would do it. Throws `not_found`, `forbidden`.
 */
export type TakeOffTwoStep = (principal: Principal, userId: string, origin: Origin) => Promise<void>

export function createTakeOffTwoStep({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>): TakeOffTwoStep {
  return async (principal, userId, origin) => {
    if ((await findUser(db, userId)) === null) throw new Failure('not_found')
    if (userId === principal.userId) {
      throw new Failure('forbidden', 'Your own is switched off at /api/auth/two-step/off, with a code.')
    }
    await db.transaction(async (tx) => {
      if ((await lockUser(tx, userId)) === null) throw new Failure('not_found')
      if (!(await deleteTwoStep(tx, userId))) return
      const deed = { action: 'two-step.off', actorId: principal.userId, targetId: userId, details } as const
      await recordAudit(tx, clock.now(), deed, origin)
    })
  }
}

const details = { twoStep: { from: true, to: false } }
