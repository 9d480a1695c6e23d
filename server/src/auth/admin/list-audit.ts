import type { AuditEntry, auditListQuerySchema, Page } from '@rendition/contract'
import type { z } from 'zod'
import type { Principal } from '../../platform/http/principal.ts'
import { beforeOf, pageOf } from '../page.ts'
import type { AuthParts } from '../parts.ts'
import { requireAdmin } from '../rights.ts'
import { type AuditRow, listAudit } from '../store/audit.ts'

export type AuditListQuery = z.output<typeof auditListQuerySchema>

/** Who did what, newest first, for administrators. */
export function createListAudit({ db }: Pick<AuthParts, 'db'>) {
  return async (principal: Principal, query: AuditListQuery): Promise<Page<AuditEntry>> => {
    requireAdmin(principal)
    const rows = await listAudit(db, {
      action: query.action ?? null,
      actorId: query.actorId ?? null,
      outcome: query.outcome ?? null,
      before: beforeOf(query),
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
