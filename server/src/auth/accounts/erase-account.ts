import { Failure } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import { type Principal, requireScope } from '../../platform/http/principal.ts'
import type { Origin } from '../origin.ts'
import type { AuthParts } from '../parts.ts'
import { type Deed, recordAudit } from '../record-audit.ts'
import { forgetInAudit } from '../store/audit.ts'
import { insertRevocations, type Revocation } from '../store/revocations.ts'
import { revokeSessions } from '../store/sessions.ts'
import {
  countOtherAdmins,
  countOthers,
  deleteUser,
  lockRoles,
  lockUser,
  type UserRow,
} from '../store/users.ts'

/**
 * Refuses to leave an installation without an administrator. Call under `lockRoles`.
 * The one account of an installation may go: the next to register then is the first again.
 */
export async function keepAnAdmin(tx: Transaction, user: UserRow): Promise<void> {
  if (user.role !== 'admin' || user.disabledAt !== null) return
  if ((await countOtherAdmins(tx, user.id)) === 0) {
    throw new Failure('conflict', 'This is the last administrator. Make another account one first.')
  }
}

/**
 * Removes an account with its sessions and keys, and lets the other rooms remove what is theirs first, all in one
 * transaction. Throws `not_found`, or `conflict` for the last administrator.
 */
export async function eraseAccount(
  parts: Pick<AuthParts, 'db' | 'clock' | 'announce' | 'onAccountDeleted'>,
  userId: string,
  deed: Pick<Deed, 'action' | 'actorId'>,
  origin: Origin,
): Promise<void> {
  const revoked = await parts.db.transaction(async (tx): Promise<Revocation[]> => {
    const at = parts.clock.now()
    await lockRoles(tx)
    const user = await lockUser(tx, userId)
    if (user === null) throw new Failure('not_found')
    if ((await countOthers(tx, userId)) > 0) await keepAnAdmin(tx, user)
    const sessions = await revokeSessions(tx, { userId }, 'disabled', at)
    await parts.onAccountDeleted(userId, tx)
    await recordAudit(tx, at, { ...deed, targetId: userId }, origin)
    await forgetInAudit(tx, userId)
    await deleteUser(tx, userId)
    return insertRevocations(tx, [
      { kind: 'user', subject: userId, role: null },
      ...sessions.map((subject) => ({ kind: 'session' as const, subject })),
    ])
  })
  await parts.announce(revoked)
}

/** Erases the caller's own account. */
export type DeleteAccount = (principal: Principal, origin: Origin) => Promise<void>

export function createDeleteAccount(
  parts: Pick<AuthParts, 'db' | 'clock' | 'announce' | 'onAccountDeleted'>,
): DeleteAccount {
  return async (principal, origin) => {
    requireScope(principal, 'account:manage')
    await eraseAccount(
      parts,
      principal.userId,
      { action: 'account.delete', actorId: principal.userId },
      origin,
    )
  }
}
