import type { Role } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'

/** Something that was accepted until now and is not any more, or counts for another role. */
export type NewRevocation =
  | { kind: 'session'; subject: string }
  | { kind: 'key'; subject: string }
  | { kind: 'user'; subject: string; role: Role | null }
/** `seq` orders those of one subject, however they arrive. */
export type Revocation = NewRevocation & { seq: number }

export async function insertRevocations(
  db: Queryable,
  revocations: readonly NewRevocation[],
): Promise<Revocation[]> {
  if (revocations.length === 0) return []
  const rows = await db.query<RevocationRow>(
    `insert into auth_revocations (kind, subject, role)
     select * from unnest($1::text[], $2::uuid[], $3::text[]) returning seq, kind, subject, role`,
    [
      revocations.map(({ kind }) => kind),
      revocations.map(({ subject }) => subject),
      revocations.map((revocation) => (revocation.kind === 'user' ? revocation.role : null)),
    ],
  )
  return rows.map(revocationOf)
}

/** Those of the last `seconds` by the database's own clock, in their order. */
export async function recentRevocations(db: Queryable, seconds: number): Promise<Revocation[]> {
  const rows = await db.query<RevocationRow>(
    `select seq, kind, subject, role from auth_revocations
     where at > clock_timestamp() - make_interval(secs => $1::float8) order by seq`,
    [seconds],
    'auth_revocations',
  )
  return rows.map(revocationOf)
}

type RevocationRow = { seq: number; kind: Revocation['kind']; subject: string; role: Role | null }

const revocationOf = ({ seq, kind, subject, role }: RevocationRow): Revocation =>
  kind === 'user' ? { seq, kind, subject, role } : { seq, kind, subject }

export async function pruneRevocations(db: Queryable, seconds: number): Promise<void> {
  await db.query(
    'delete from auth_revocations where at < clock_timestamp() - make_interval(secs => $1::float8)',
    [seconds],
  )
}
