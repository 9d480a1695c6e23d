import type { AuditEntry, auditListQuerySchema, Page } from '@rendition/contract'
import type { z } from 'zod'
import { cursorOf, pageOf } from '../../platform/page.ts'
import type { AuthDeps } from '../deps.ts'
import { type AuditRow, listAudit } from '../store/audit.ts'

export type AuditListQuery = z.output<typeof auditListQuerySchema>

/** Who did what, newest first, for administrators. */
export function createListAudit({ db }: Pick<AuthDeps, 'db'>) {
  return async (query: AuditListQuery): Promise<Page<AuditEntry>> => {
    const rows = await listAudit(db, {
      action: query.action ?? null,
      actorId: query.actorId ?? null,
      outcome: query.outcome ?? null,
      before: cursorOf(query),
      limit: query.limit + 1,
    })
    return pageOf(rows, query.limit, entryView)
  }
}

function entryView({ actorId, actorName, at, ...row }: AuditRow): AuditEntry {
  return {
    ...row,
    at: at.toISOString(),
    actor: actorId === null ? null : { id: actorId, name: actorName },
  }
}
