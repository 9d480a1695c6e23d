import { Failure } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import { endCredentials } from '../end-credentials.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { insertRevocations } from '../store/revocations.ts'
import { lockUser } from '../store/users.ts'

/** Ends every session and API key of somebody's account, who may sign in again. Throws `not_found`. */
export function createSignOutUser({ db, clock, announce }: Pick<AuthDeps, 'db' | 'clock' | 'announce'>) {
  return async (principal: Principal, id: string, origin: Origin): Promise<void> => {
    const revoked = await db.transaction(async (tx) => {
      const at = clock.now()
      if ((await lockUser(tx, id)) === null) throw new Failure('not_found')
      const ended = await endCredentials(tx, id, 'revoked', at)
      await recordAudit(
        tx,
        at,
        { action: 'user.change', actorId: principal.userId, targetId: id, details: { signedOut: true } },
        origin,
      )
      return insertRevocations(tx, ended)
    })
    await announce(revoked)
  }
}
