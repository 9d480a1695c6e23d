import { type AdminUser, type AdminUserChange, Failure } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { keepAnAdmin } from '../accounts/erase-account.ts'
import type { AuthDeps } from '../deps.ts'
import { endCredentials } from '../end-credentials.ts'
import { laneOf, type Origin } from '../origin.ts'
import { requirePasswords } from '../password-rules.ts'
import { recordAudit } from '../record-audit.ts'
import { requireSession } from '../rights.ts'
import { insertRevocations, type NewRevocation } from '../store/revocations.ts'
import { lockRoles, lockUser, type UserChange, updateUser } from '../store/users.ts'
import { adminUserView } from '../views.ts'

/**
 * Changes somebody's role, disables or enables the account, or sets a new password (there is no mail to reset one by).
 * A new role counts for tokens that are out already; disabling and a new password end every session and API key, for
 * good. Passwords and roles need a signed-in session, and one's own password the current one, so it is not changed here.
 * Throws `not_found`, `forbidden`, `conflict` for the last administrator.
 */
export function createChangeUser({
  db,
  clock,
  config,
  passwords,
  checkPassword,
  announce,
}: Pick<AuthDeps, 'db' | 'clock' | 'config' | 'passwords' | 'checkPassword' | 'announce'>) {
  return async (
    principal: Principal,
    id: string,
    change: AdminUserChange,
    origin: Origin,
  ): Promise<AdminUser> => {
    if (change.password !== undefined || change.role !== undefined) requireSession(principal)
    if (change.password !== undefined && id === principal.userId) throw ownPassword()
    if (change.password !== undefined) {
      requirePasswords(config)
      await checkPassword(change.password)
    }
    const passwordHash =
      change.password === undefined
        ? undefined
        : await passwords.hash(change.password, laneOf('change', origin))
    const { user, revoked } = await db.transaction(async (tx) => {
      const at = clock.now()
      await lockRoles(tx)
      const before = await lockUser(tx, id)
      if (before === null) throw new Failure('not_found')
      const demoted = change.role !== undefined && change.role !== 'admin'
      if (demoted || change.disabled === true) await keepAnAdmin(tx, before)

      const set: UserChange = {
        ...(change.role === undefined ? {} : { role: change.role, roleWhenVerified: null }),
        ...(change.quota === undefined
          ? {}
          : { quotaBytes: change.quota.bytes, quotaImages: change.quota.images }),
        ...(change.disabled === undefined
          ? {}
          : { disabledAt: change.disabled ? (before.disabledAt ?? at) : null }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
      }
      await updateUser(tx, id, set, at)
      const after = { ...before, ...set }
      const ending = change.disabled === true || passwordHash !== undefined
      const because = change.disabled === true ? 'disabled' : 'password'
      const revocations: NewRevocation[] = ending ? await endCredentials(tx, id, because, at) : []
      if (change.role !== undefined || change.disabled !== undefined) {
        const role = after.disabledAt === null ? after.role : null
        revocations.push({ kind: 'user', subject: id, role })
      }
      const details = {
        ...(change.role === undefined ? {} : { role: { from: before.role, to: change.role } }),
        ...(change.disabled === undefined
          ? {}
          : { disabled: { from: before.disabledAt !== null, to: change.disabled } }),
        ...(change.quota === undefined
          ? {}
          : { quota: { from: { bytes: before.quotaBytes, images: before.quotaImages }, to: change.quota } }),
        ...(passwordHash === undefined ? {} : { fields: ['password'], password: 'changed' }),
      }
      await recordAudit(
        tx,
        at,
        { action: 'user.change', actorId: principal.userId, targetId: id, details },
        origin,
      )
      return { user: after, revoked: await insertRevocations(tx, revocations) }
    })
    await announce(revoked)
    return adminUserView(user)
  }
}

const ownPassword = (): Failure =>
  new Failure('forbidden', 'Your own password is changed at /api/auth/me, with the current one.')
