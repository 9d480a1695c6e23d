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
  /** Whose it was done to; null where that is the actor. */
  whose: string | null
  address: string | null
  userAgent: string | null
  requestId: string | null
  details: Record<string, unknown>
  /** What people wrote; null where nothing was, or it is forgotten. */
  words: Record<string, unknown> | null
}

export async function insertAudit(db: Queryable, row: Omit<AuditRow, 'actorName'>): Promise<void> {
  await db.query(
    `insert into audit (id, at, action, outcome, actor_id, target_id, whose, address, user_agent, request_id, details, words)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.id,
      row.at,
      row.action,
      row.outcome,
      row.actorId,
      row.targetId,
      row.whose,
      row.address,
      row.userAgent,
      row.requestId,
      JSON.stringify(row.details),
      row.words === null ? null : JSON.stringify(row.words),
    ],
    'audit.insert',
  )
}

/** The first entry about this being done to that. */
export async function findEntry(
  db: Queryable,
  { action, targetId }: { action: AuditAction; targetId: string | null },
): Promise<string | null> {
  const [row] = await db.query<{ id: string }>(
    'select id from audit where target_id = $1 and action = $2 order by id limit 1',
    [targetId, action],
  )
  return row?.id ?? null
}

/** Changes what an entry says, under its lock. */
export async function changeDetails(
  db: Queryable,
  id: string,
  change: (details: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const [row] = await db.query<{ details: Record<string, unknown> }>(
    'select details from audit where id = $1 for update',
    [id],
  )
  if (row === undefined) return
  await db.query('update audit set details = $2 where id = $1', [id, JSON.stringify(change(row.details))])
}

/** What both lists are filtered by. Ids are of the time of the entry, so times are looked for as ids. */
export interface AuditFilter {
  /** Any of these; null for all. */
  actions: readonly AuditAction[] | null
  outcome: 'success' | 'failure' | null
  targetId: string | null
  /** From then on, and before then. */
  since: Date | null
  until: Date | null
  before: string | null
  limit: number
}

const columns = `a.id, a.at, a.action, a.outcome, a.actor_id as "actorId", coalesce(u.username, u.email) as "actorName",
  a.target_id as "targetId", a.whose, a.address, a.user_agent as "userAgent", a.request_id as "requestId", a.details, a.words`
const matchesElse = `($2::text is null or a.outcome = $2)
  and ($3::uuid is null or a.target_id = $3) and ($4::uuid is null or a.id >= $4)
  and ($5::uuid is null or a.id < $5) and ($6::uuid is null or a.id < $6)`
const matches = `($1::text[] is null or a.action = any($1)) and ${matchesElse}`

const valuesOf = ({ actions, outcome, targetId, since, until, before, limit }: AuditFilter) => [
  actions,
  outcome,
  targetId,
  since && firstIdOf(since),
  until && firstIdOf(until),
  before,
  limit,
]

/** The least id of an entry of that time. */
function firstIdOf(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** Of everybody, the newest first. */
export const listAudit = (
  db: Queryable,
  filter: AuditFilter & { actorId: string | null },
): Promise<AuditRow[]> => {
  const { actions, actorId, targetId } = filter
  const ofAll = `audit a where ${matches} and ($8::uuid is null or a.actor_id = $8) order by a.id desc`
  // The newest of each act by its index, and of these the newest: of those that were long ago none is walked to. Not `=`, which
  // would have the walk by the ids alone do for the order.
  const ofEachAct = `unnest($1::text[]) w(action) cross join lateral (
      select a.id from audit a where a.action = any(array[w.action]) and ${matchesElse} and $8::uuid is null
      order by a.action desc, a.id desc limit $7) a order by a.id desc`
  const newest = actions === null || actorId !== null || targetId !== null ? ofAll : ofEachAct
  return db.query<AuditRow & Record<string, unknown>>(
    `select ${columns} from audit a left join users u on u.id = a.actor_id
     where a.id in (select a.id from ${newest} limit $7) order by a.id desc`,
    [...valuesOf(filter), actorId],
  )
}

/** What an account did, what was done to it, and to what is its; the newest first. Each is looked for by its own index. */
export const listActivity = (db: Queryable, userId: string, filter: AuditFilter): Promise<AuditRow[]> =>
  db.query<AuditRow & Record<string, unknown>>(
    `select ${columns} from audit a left join users u on u.id = a.actor_id
     where a.id in (${['actor_id', 'target_id', 'whose']
       .map(
         (of) => `(select a.id from audit a where a.${of} = $8 and ${matches} order by a.id desc limit $7)`,
       )
       .join(' union ')})
     order by a.id desc limit $7`,
    [...valuesOf(filter), userId],
  )

/** Of the words that go, the names stay: that a title was changed, and not what it was. */
const forgotten = `details = case when words is null then details else details ||
    jsonb_build_object('forgotten', (select jsonb_agg(name) from jsonb_object_keys(words) as name)) end,
  words = null`

/**
 * What was written of these goes with them: in entries about them, in those that name them among others, and in those of the
 * imports and archives that they came by. Locked in one order, as an entry may be about several that go at once.
 */
export async function forgetWords(db: Queryable, targetIds: readonly string[]): Promise<void> {
  await db.query(
    `update audit set ${forgotten} where id in (
       select id from audit where words is not null and id in (
         select id from audit where target_id = any($1)
         union all
         select id from audit where words is not null and action in ('image.bulk', 'job.create')
           and coalesce(details -> 'imageIds', details -> 'imageId') ?| $2::text[]
         union all
         select asked.id from audit came join audit asked on asked.target_id = (came.details ->> 'jobId')::uuid
         where came.target_id = any($1) and came.action = 'image.create' and asked.action = 'job.create'
       ) order by id for update)`,
    [targetIds, targetIds],
    'audit.forget',
  )
}

/**
 * What identifies a person goes with the account: addresses and programs, also of guests of its shares, and what was written by it,
 * to it and to what was its. What was done and when stays. Locked in the order in which `forgetWords` does.
 */
export async function forgetInAudit(db: Queryable, userId: string): Promise<void> {
  const own = (column: string) =>
    `${column} = case when actor_id = $1 or actor_id is null then null else ${column} end`
  await db.query(
    `update audit set ${own('address')}, ${own('user_agent')}, ${forgotten} where id in (
       select id from audit where actor_id = $1 or target_id = $1 or whose = $1 order by id for update)`,
    [userId],
  )
}

/** Some at a time, so that none of the statements is long. */
export async function pruneAudit(db: Queryable, before: Date): Promise<void> {
  for (;;) {
    const gone = await db.query(
      `delete from audit where id in (
         select id from audit where id < $1 order by id limit 5000 for update skip locked) returning 1 as gone`,
      [firstIdOf(before)],
    )
    if (gone.length < 5000) return
  }
}
