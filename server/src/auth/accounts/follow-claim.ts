import { Failure } from '@rendition/contract'
import { recordAudit } from '../record-audit.ts'
import { updateUser } from '../store/users.ts'
import type { FollowClaim } from '../two-step/challenge.ts'
import { keepAnAdmin } from './erase-account.ts'

/**
 * Gives an account the role that the provider's claim says. The last administrator stays one: nobody else could mend a claim
 * that names none any more. Call under `lockRoles`.
 */
export const followClaim: FollowClaim = async (tx, { role, provider }, user, at, origin) => {
  if (role === user.role) return { user, revocations: [] }
  const kept = await keepAnAdmin(tx, user).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Failure && error.code === 'conflict') return true
      throw error
    },
  )
  const details = { role: { from: user.role, to: kept ? user.role : role, said: role }, provider }
  await recordAudit(tx, at, { action: 'user.change', actorId: null, targetId: user.id, details }, origin)
  if (kept) return { user, revocations: [] }
  await updateUser(tx, user.id, { role, roleWhenVerified: null }, at)
  return { user: { ...user, role }, revocations: [{ kind: 'user', subject: user.id, role }] }
}
