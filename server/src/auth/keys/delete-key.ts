import { Failure } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { deleteKey, findKey } from '../store/keys.ts'
import { insertRevocations } from '../store/revocations.ts'
import { lockUser } from '../store/users.ts'

/** Ends one of the caller's API keys, and those that it made. Throws `not_found` for any other. */
export type DeleteKey = (principal: Principal, id: string, origin: Origin) => Promise<void>

export function createDeleteKey({
  db,
  clock,
  announce,
}: Pick<AuthDeps, 'db' | 'clock' | 'announce'>): DeleteKey {
  return async (principal, id, origin) => {
    const revoked = await db.transaction(async (tx) => {
      // Under the lock that keys are made under: one that this key is making now is made before, or never.
      await lockUser(tx, principal.userId)
      const before = await findKey(tx, id)
      const ended = await deleteKey(tx, principal.userId, id)
      if (ended.length === 0) throw new Failure('not_found')
      await recordAudit(
        tx,
        clock.now(),
        {
          action: 'key.delete',
          actorId: principal.userId,
          targetId: id,
          details: { scopes: before?.scopes, keys: ended.length },
          words: { name: before?.name },
        },
        origin,
      )
      return insertRevocations(
        tx,
        ended.map((subject) => ({ kind: 'key', subject })),
      )
    })
    await announce(revoked)
  }
}
