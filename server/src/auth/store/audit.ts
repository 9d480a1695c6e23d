import type { AuditAction } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'

export interface AuditRow {
  id: string
  at: Date
  action: AuditAction
  outcome: 'success' | 'failure'
  actorId: string | null
  actorName: string | null
  targetId: string | null
  address: string | null
  userAgent: string | null
  requestId: string | null
  details: Record<string, unknown>
}

export async function insertAudit(db: Queryable, row: Omit<AuditRow, 'actorName'>): Promise<void> {
  await db.query(
    `insert into audit (id, at, action, outcome, actor_id, target_id, address, user_agent, request_id, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      row.id,
      row.at,
      row.action,
      row.outcome,
      row.actorId,
      row.targetId,
      row.address,
      row.userAgent,
      row.requestId,
      JSON.stringify(row.details),
    ],
  )
}

/** Newest first, below `before`. */
export async function listAudit(
  db: Queryable,
  filter: {
    action: AuditAction | null
    actorId: string | null
    outcome: 'success' | 'failure' | null
    before: string | null
    limit: number
  },
): Promise<AuditRow[]> {
  return db.query<AuditRow & Record<string, unknown>>(
    `select a.id, a.at, a.action, a.outcome, a.actor_id as "actorId", coalesce(u.username, u.email) as "actorName",
            a.target_id as "targetId", a.address, a.user_agent as "userAgent", a.request_id as "requestId", a.details
     from audit a left join users u on u.id = a.actor_id
     where ($1::text is null or a.action = $1) and ($2::uuid is null or a.actor_id = $2)
       and ($3::text is null or a.outcome = $3) and ($4::uuid is null or a.id < $4)
     order by a.id desc limit $5`,
    [filter.action, filter.actorId, filter.outcome, filter.before, filter.limit],
  )
}

/** What identifies a person goes with the account: addresses and programs; what was done and when stays. */
export async function forgetInAudit(db: Queryable, userId: string): Promise<void> {
  await db.query(
    `update audit set address = null, user_agent = null
     where actor_id = $1 or (actor_id is null and target_id = $1)`,
    [userId],
  )
}

export async function pruneAudit(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from audit where at < $1', [before])
}
