import { uuidv7 } from 'uuidv7'
import type { Queryable } from '../platform/database/port.ts'
import type { Deed } from './deed.ts'
import { noteDeed } from './note-deed.ts'
import type { Origin } from './origin.ts'
import { insertAudit } from './store/audit.ts'

const agentLimit = 300

/** Null where the deed came by no request. */
type Nullable<T> = { [K in keyof T]: T[K] | null }

/**
 * Writes who did what. Names that were tried are never written: people type passwords into the name field.
 */
export async function recordAudit(
  db: Queryable,
  at: Date,
  deed: Deed,
  origin: Nullable<Origin>,
): Promise<void> {
  await insertAudit(db, {
    id: uuidv7(),
    at,
    action: deed.action,
    outcome: deed.outcome ?? 'success',
    actorId: deed.actorId,
    targetId: deed.targetId ?? null,
    address: origin.address,
    userAgent: origin.userAgent?.slice(0, agentLimit) ?? null,
    requestId: origin.requestId,
    details: deed.details ?? {},
  })
  await noteDeed(db, at, deed, origin)
}
