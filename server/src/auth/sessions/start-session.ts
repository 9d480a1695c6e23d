import type { SessionTokens } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Transaction } from '../../platform/database/port.ts'
import type { Origin } from '../origin.ts'
import type { AuthParts } from '../parts.ts'
import { mintToken } from '../secret-token.ts'
import { insertRefreshToken, insertSession } from '../store/sessions.ts'
import type { UserRow } from '../store/users.ts'
import { userView } from '../views.ts'

export type Account = Pick<UserRow, 'id' | 'email' | 'username' | 'role' | 'createdAt'>

const agentLimit = 300
const dayMs = 86_400_000

/** When a refresh token issued now ends. */
export function refreshExpiry(parts: Pick<AuthParts, 'config'>, now: Date): Date {
  return new Date(now.getTime() + parts.config.refreshTokenDays * dayMs)
}

/** A new refresh token of a session, written in the caller's transaction. Gives the token itself. */
export async function issueRefreshToken(
  tx: Transaction,
  session: { id: string; at: Date; expiresAt: Date },
): Promise<string> {
  const id = uuidv7()
  const { token, hash } = mintToken('rnr', id.replaceAll('-', ''))
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
  parts: Pick<AuthParts, 'config' | 'clock'>,
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
  return { sessionId: id, refreshToken: await issueRefreshToken(tx, { id, at, expiresAt }) }
}

/** The answer of register, login and refresh. */
export async function tokensFor(
  parts: Pick<AuthParts, 'config' | 'sign'>,
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
