import { type ProcessFacts, processFactsSchema } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'

/** Who a process is; the same for as long as it lives. */
export interface ProcessIdentity {
  id: string
  host: string
  pid: number
  roles: readonly string[]
  version: string
  startedAt: Date
}

export interface ProcessRecord extends ProcessIdentity {
  seenAt: Date
  /** It has said nothing for longer than the relay waits for a worker. */
  gone: boolean
  facts: ProcessFacts
}

/** After so long a worker gets no bulk jobs any more either. */
const goneAfter = "interval '30 seconds'"
/** One that was killed is shown for so long. */
const kept = "interval '1 hour'"

/** Writes what a process says of itself. */
export async function writeProcess(db: Queryable, who: ProcessIdentity, facts: ProcessFacts): Promise<void> {
  await db.query(
    `insert into processes (id, host, pid, roles, version, started_at, facts) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update set seen_at = now(), facts = excluded.facts`,
    [who.id, who.host, who.pid, who.roles, who.version, who.startedAt, JSON.stringify(facts)],
    'operations.process',
  )
}

export async function forgetProcess(db: Queryable, id: string): Promise<void> {
  await db.query('delete from processes where id = $1', [id])
}

/** After a start of the one process of an installation: whoever else is there is dead. */
export async function forgetOthers(db: Queryable, id: string): Promise<void> {
  await db.query('delete from processes where id <> $1', [id])
}

export async function pruneProcesses(db: Queryable): Promise<void> {
  await db.query(`delete from processes where seen_at < now() - ${kept}`)
}

interface ProcessRow extends Omit<ProcessRecord, 'facts'> {
  [column: string]: unknown
  facts: unknown
}

/** Those that live and those that are gone for a short while, the oldest first. */
export async function listProcesses(db: Queryable, limit: number): Promise<ProcessRecord[]> {
  const rows = await db.query<ProcessRow>(
    `select id, host, pid, roles, version, started_at as "startedAt", seen_at as "seenAt",
       seen_at < now() - ${goneAfter} as gone, facts
     from processes order by started_at, id limit $1`,
    [limit],
  )
  return rows.flatMap(({ facts, ...who }) => {
    // Of another version it may say less, or other things: it is then left out until it says what is understood here.
    const read = processFactsSchema.safeParse(facts)
    return read.success ? [{ ...who, facts: read.data }] : []
  })
}
