import type { Role } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface ChallengeRow {
  id: string
  userId: string
  hash: Buffer
  tries: number
  expiresAt: Date
  /** Of a provider's claim: set when the code is right. */
  claimedRole: Role | null
  provider: string | null
}

/** More than anybody signs in at once; the oldest goes for the next one. */
const challengesPerUser = 10

/** Hold the account's lock. */
export async function insertChallenge(tx: Transaction, row: Omit<ChallengeRow, 'tries'>): Promise<void> {
  await tx.query(
    `delete from sign_in_challenges where id in
       (select id from sign_in_challenges where user_id = $1 order by id desc offset $2)`,
    [row.userId, challengesPerUser - 1],
  )
  await tx.query(
    `insert into sign_in_challenges (id, user_id, hash, expires_at, claimed_role, provider)
     values ($1, $2, $3, $4, $5, $6)`,
    [row.id, row.userId, row.hash, row.expiresAt, row.claimedRole, row.provider],
  )
}

const columns = `id, user_id as "userId", hash, tries, expires_at as "expiresAt",
  claimed_role as "claimedRole", provider`

export async function findChallenge(db: Queryable, id: string): Promise<ChallengeRow | null> {
  const [row] = await db.query<ChallengeRow & Record<string, unknown>>(
    `select ${columns} from sign_in_challenges where id = $1`,
    [id],
  )
  return row ?? null
}

/** Counts a try and gives the challenge, which nobody else tries until the transaction ends; null when it is gone. */
export async function tryChallenge(tx: Transaction, id: string): Promise<ChallengeRow | null> {
  const [row] = await tx.query<ChallengeRow & Record<string, unknown>>(
    `update sign_in_challenges set tries = tries + 1 where id = $1 returning ${columns}`,
    [id],
  )
  return row ?? null
}

export async function deleteChallenge(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from sign_in_challenges where id = $1', [id])
}

/** A password that is no longer good leads to no second step either. */
export async function deleteChallengesOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query('delete from sign_in_challenges where user_id = $1', [userId])
}

export async function pruneChallenges(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from sign_in_challenges where expires_at < $1', [before])
}
