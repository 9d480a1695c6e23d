import { Failure } from '@rendition/contract'
import { type Principal, requireScope } from '../../platform/http/principal.ts'
import type { Origin } from '../origin.ts'
import type { AuthParts } from '../parts.ts'
import { recordAudit } from '../record-audit.ts'
import { deleteKey } from '../store/keys.ts'
import { insertRevocations } from '../store/revocations.ts'

/** Ends one of the caller's API keys. Throws `not_found` for any other. */
export type DeleteKey = (principal: Principal, id: string, origin: Origin) => Promise<void>

export function createDeleteKey({
  db,
  clock,
  announce,
}: Pick<AuthParts, 'db' | 'clock' | 'announce'>): DeleteKey {
  return async (principal, id, origin) => {
    requireScope(principal, 'account:manage')
    const revoked = await db.transaction(async (tx) => {
      if (!(await deleteKey(tx, principal.userId, id))) throw new Failure('not_found')
      await recordAudit(
        tx,
        clock.now(),
        { action: 'key.delete', actorId: principal.userId, targetId: id },
        origin,
      )
      return insertRevocations(tx, [{ kind: 'key', subject: id }])
    })
    await announce(revoked)
  }
}
