import { Failure } from '@rendition/contract'
import type { HoldOwner, IsAccountOpen, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { Deed } from '../deed.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { refuseViewers } from '../rights.ts'
import { forgetInAudit } from '../store/audit.ts'
import { insertRevocations, type Revocation } from '../store/revocations.ts'
import { revokeSessions } from '../store/sessions.ts'
import {
  countOtherAdmins,
  countOthers,
  countOwn,
  deleteUser,
  holdUser,
  idsWithoutUser,
  isUserOpen,
  listErasing,
  lockRoles,
  lockUser,
  markErasing,
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

export type ErasingDeps = Pick<
  AuthDeps,
  'db' | 'clock' | 'announce' | 'eraseOwned' | 'onAccountDeleted' | 'erasures' | 'log'
>

/** Keeps an account from being erased until a transaction ends. */
export const holdAccount: HoldOwner = async (tx, userId) => {
  if (!(await holdUser(tx, userId))) throw new Failure('token_invalid', 'This account is gone.')
}

/** Neither gone, nor going, nor disabled. */
export const isAccountOpen: IsAccountOpen = isUserOpen

/**
 * Removes what the given owners, who have no account any more, still have in other rooms: what a fault or an earlier
 * version left. Gives the owners it found.
 */
export async function eraseOwnerless(
  parts: Pick<ErasingDeps, 'db' | 'eraseOwned' | 'onAccountDeleted'>,
  ownerIds: readonly string[],
): Promise<string[]> {
  const gone = await idsWithoutUser(parts.db, ownerIds)
  for (const id of gone) {
    await parts.eraseOwned(id)
    await parts.db.transaction((tx) => parts.onAccountDeleted(id, tx))
  }
  return gone
}

/**
 * Closes an account at once and erases it: a short transaction ends sessions and keys and writes down what is to be
 * done, then the other rooms remove what is theirs, then the account goes. When a later step fails the account stays
 * closed and `finishErasing` goes on. Gives the secret of its receipt. Throws `not_found`, `conflict` for the last
 * administrator, `forbidden` for a viewer who ends the own account.
 */
export async function eraseAccount(
  parts: ErasingDeps,
  userId: string,
  deed: Pick<Deed, 'action' | 'actorId'>,
  origin: Origin,
): Promise<string> {
  const { revoked, receipt } = await parts.db.transaction(async (tx) => {
    const at = parts.clock.now()
    await lockRoles(tx)
    const user = await lockUser(tx, userId, { alone: true })
    if (user === null) throw new Failure('not_found')
    if (deed.actorId === userId) refuseViewers(user)
    if ((await countOthers(tx, userId)) > 0) await keepAnAdmin(tx, user)
    const besides = await countOwn(tx, userId)
    const sessions = await revokeSessions(tx, { userId }, 'erased', at)
    await markErasing(tx, userId, at)
    await recordAudit(tx, at, { ...deed, targetId: userId }, origin)
    const revoked: Revocation[] = await insertRevocations(tx, [
      { kind: 'user', subject: userId, role: null },
      ...sessions.map((subject) => ({ kind: 'session' as const, subject })),
    ])
    return { revoked, receipt: await parts.erasures.openAccount(tx, userId, besides) }
  })
  await parts.announce(revoked)
  await finish(parts, userId)
  return receipt
}

/** Goes on with every account whose erasing was interrupted. */
export async function finishErasing(parts: ErasingDeps): Promise<void> {
  for (const userId of await listErasing(parts.db)) await finish(parts, userId)
}

async function finish(parts: ErasingDeps, userId: string): Promise<void> {
  try {
    await parts.eraseOwned(userId)
    await parts.db.transaction(async (tx) => {
      await parts.onAccountDeleted(userId, tx)
      await forgetInAudit(tx, userId)
      await deleteUser(tx, userId)
      await parts.erasures.closeAccount(tx, userId)
    })
  } catch (err) {
    parts.log.error(
      { err, userId },
      'an account could not be erased yet; it is closed and will be tried again',
    )
  }
}

/** Erases the caller's own account; gives the secret of its receipt. */
export type DeleteAccount = (principal: Principal, origin: Origin) => Promise<string>

export function createDeleteAccount(parts: ErasingDeps): DeleteAccount {
  return (principal, origin) =>
    eraseAccount(parts, principal.userId, { action: 'account.delete', actorId: principal.userId }, origin)
}
