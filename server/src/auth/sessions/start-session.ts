import type { SessionTokens } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Transaction } from '../../platform/database/port.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { mintToken, type SecretToken } from '../secret-token.ts'
import { insertRefreshToken, insertSession } from '../store/sessions.ts'
import { noteLanguage, type UserRow } from '../store/users.ts'
import { userView } from '../views.ts'

export type Account = Pick<UserRow, 'id' | 'email' | 'username' | 'role' | 'createdAt'>

const agentLimit = 300
const dayMs = 86_400_000

/** The public part of a refresh token, from the id of its row. */
export const lookupOf = (id: string): string => id.replaceAll('-', '')

/** When a refresh token issued now ends. */
export function refreshExpiry(parts: Pick<AuthDeps, 'config'>, now: Date): Date {
  return new Date(now.getTime() + parts.config.refreshTokenDays * dayMs)
}

/** Makes the secret of a token under its lookup. */
export type Mint = (lookup: string) => SecretToken

/** A new refresh token of a session, written in the caller's transaction. Gives the token itself. */
export async function issueRefreshToken(
  tx: Transaction,
  session: { id: string; at: Date; expiresAt: Date },
  mint: Mint = (lookup) => mintToken('rnr', lookup),
): Promise<string> {
  const id = uuidv7()
  const { token, hash } = mint(lookupOf(id))
  await insertRefreshToken(tx, {
    id,
    sessionId: session.id,
    hash,
    at: session.at,
    expiresAt: session.expiresAt,
  })
  return token
}

/** A new family of tokens for a device that has just proved who its user is. */
export async function startSession(
  tx: Transaction,
  parts: Pick<AuthDeps, 'config' | 'clock'>,
  userId: string,
  origin: Origin,
): Promise<{ sessionId: string; refreshToken: string }> {
  const at = parts.clock.now()
  const expiresAt = refreshExpiry(parts, at)
  const id = uuidv7()
  await insertSession(tx, {
    id,
    userId,
    userAgent: origin.userAgent?.slice(0, agentLimit) ?? null,
    address: origin.address,
    at,
    expiresAt,
  })
  if (origin.language != null) await noteLanguage(tx, userId, origin.language)
  return { sessionId: id, refreshToken: await issueRefreshToken(tx, { id, at, expiresAt }) }
}

/** The answer of register, login and refresh. */
export async function tokensFor(
  parts: Pick<AuthDeps, 'config' | 'sign'>,
  account: Account,
  session: { sessionId: string; refreshToken: string },
  message: string,
): Promise<SessionTokens> {
  const accessToken = await parts.sign({
    userId: account.id,
    email: account.email,
    username: account.username,
    role: account.role,
    sessionId: session.sessionId,
  })
  return {
    user: userView(account),
    accessToken,
    refreshToken: session.refreshToken,
    token: accessToken,
    tokenType: 'Bearer',
    expiresIn: parts.config.accessTokenSeconds,
    message,
  }
}
