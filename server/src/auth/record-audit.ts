import { V7Generator } from 'uuidv7'
import type { Clock } from '../platform/clock.ts'
import type { Deeds, Queryable } from '../platform/database/port.ts'
import { addUp, bounded } from './audit-bounds.ts'
import type { Deed } from './deed.ts'
import { noteDeed } from './note-deed.ts'
import type { Origin } from './origin.ts'
import { changeDetails, findEntry, forgetWords, insertAudit } from './store/audit.ts'

const agentLimit = 300
/** Of the time of the entry: entries are found by when they were written. */
const ids = new V7Generator()

/** Null where the deed came by no request. */
type Nullable<T> = { [K in keyof T]: T[K] | null }
const nowhere: Nullable<Origin> = { address: null, userAgent: null, requestId: null }

/**
 * Writes who did what, and gives the id of the entry. Names that were tried are never written: people type passwords into the
 * name field.
 */
export async function recordAudit(
  db: Queryable,
  at: Date,
  deed: Deed,
  origin: Nullable<Origin>,
): Promise<string> {
  const id = ids.generateOrResetCore(at.getTime(), 0).toString()
  const hasWords = deed.words !== undefined && Object.keys(deed.words).length > 0
  await insertAudit(db, {
    id,
    at,
    action: deed.action,
    outcome: deed.outcome ?? 'success',
    actorId: deed.actorId,
    targetId: deed.targetId ?? null,
    whose: deed.whose ?? null,
    address: origin.address,
    userAgent: origin.userAgent?.slice(0, agentLimit) ?? null,
    requestId: origin.requestId,
    details: bounded(deed.details ?? {}),
    words: hasWords ? bounded(deed.words ?? {}) : null,
  })
  await noteDeed(db, at, deed, origin)
  return id
}

/** The audit for other rooms. */
export const createDeeds = (clock: Clock): Deeds => ({
  record: (tx, { userId: actorId, origin }, { ownerId, ...deed }) => {
    // Of one's own it says nothing that the actor does not.
    const whose = ownerId === undefined || ownerId === actorId ? null : ownerId
    return recordAudit(tx, clock.now(), { ...deed, actorId, whose }, origin ?? nowhere)
  },
  async addTo(tx, entry, outcome) {
    const id = typeof entry === 'string' ? entry : await findEntry(tx, entry)
    if (id !== null) await changeDetails(tx, id, (details) => addUp(details, outcome))
  },
  forget: forgetWords,
})
