import {
  type ActivityEntry,
  type AuditEntry,
  actionsOfKind,
  type activityListQuerySchema,
  type auditListQuerySchema,
  type Page,
} from '@rendition/contract'
import type { z } from 'zod'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import type { AuthDeps } from '../deps.ts'
import { type AuditFilter, type AuditRow, listActivity, listAudit } from '../store/audit.ts'

export type AuditListQuery = z.output<typeof auditListQuerySchema>
export type ActivityQuery = z.output<typeof activityListQuerySchema>

/** Who did what, newest first, for administrators. */
export function createListAudit({ db }: Pick<AuthDeps, 'db'>) {
  return async (query: AuditListQuery): Promise<Page<AuditEntry>> => {
    const rows = await listAudit(db, { ...filterOf(query), actorId: query.actorId ?? null })
    return pageOf(rows, query.limit, entryView)
  }
}

/** What the caller did, what was done to the account, and to what is its. */
export function createListActivity({ db }: Pick<AuthDeps, 'db'>) {
  return async ({ userId }: Principal, query: ActivityQuery): Promise<Page<ActivityEntry>> => {
    const rows = await listActivity(db, userId, filterOf(query))
    return pageOf(rows, query.limit, (row) => activityView(row, userId))
  }
}

function filterOf({ action, kind, outcome, targetId, since, until, ...query }: ActivityQuery): AuditFilter {
  const ofKind = kind === undefined ? null : actionsOfKind(kind)
  return {
    actions: action === undefined ? ofKind : [action].filter((one) => ofKind?.includes(one) ?? true),
    outcome: outcome ?? null,
    targetId: targetId ?? null,
    since: since === undefined ? null : new Date(since),
    until: until === undefined ? null : new Date(until),
    before: cursorOf(query),
    limit: query.limit + 1,
  }
}

function entryView({ actorId, actorName, at, whose, details, words, ...row }: AuditRow): AuditEntry {
  return {
    ...row,
    at: at.toISOString(),
    actor: actorId === null ? null : { id: actorId, name: actorName },
    ownerId: whose,
    details: { ...words, ...details },
  }
}

/** Where somebody signs in to the account is its owner's to know, whoever it was; where an administrator sits is not. */
function activityView(row: AuditRow, userId: string): ActivityEntry {
  const { id, at, action, outcome, actorId, targetId, details, words } = row
  const isSignIn = action.startsWith('session.') && actorId === null
  const { address, userAgent } = actorId === userId || isSignIn ? row : { address: null, userAgent: null }
  return {
    id,
    at: at.toISOString(),
    action,
    outcome,
    by: byOf(row, userId),
    targetId,
    address,
    userAgent,
    details: { ...words, ...details },
  }
}

function byOf({ actorId, details, action }: AuditRow, userId: string): ActivityEntry['by'] {
  if (actorId !== null) return actorId === userId ? 'you' : 'administrator'
  return details.via === 'guest' || action.startsWith('session.') ? 'stranger' : 'service'
}
