import type { SessionTokens } from '@rendition/contract'
import { sleep } from './backoff.ts'
import { ProblemError } from './problem.ts'
import type { TokenStore, Tokens } from './tokens.ts'

/** Renew this long before the end, so that a request under way does not meet an expired token. */
const marginMs = 30_000
/**
 * How long the lock is kept after a refresh. Chromium's processes see each other's writes to localStorage late: a tab
 * that got the lock at once read the spent token and, by using it, ended the session (2 of 15 times on a busy machine).
 */
const spreadMs = 2_000
const lockName = 'rendition.refresh'

/** The part of the Web Locks API that is used. */
export interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>
}

export interface Session {
  /** The session as stored, expired or not. */
  current(): Tokens | null
  /** An access token with some life left, renewed if need be; null when signed out. */
  accessToken(): Promise<string | null>
  /** A newer access token than `refused`; null when the session is over (and then forgotten). */
  renew(refused: string): Promise<string | null>
  begin(tokens: SessionTokens): void
  end(): void
}

/**
 * Refresh tokens are spent by use, and using one twice ends the session. So one refresh runs at a time: in this
 * page by sharing the promise, among tabs by a lock, inside which the stored session is read again first.
 */
export function createSession(options: {
  tokens: TokenStore
  exchange: (refreshToken: string) => Promise<SessionTokens>
  locks: Locks | null
  now?: () => number
}): Session {
  const { tokens, exchange, locks, now = Date.now } = options
  let underWay: Promise<string | null> | null = null

  const begin = (answer: SessionTokens): Tokens => {
    const { accessToken, refreshToken, expiresIn } = answer
    const next = { accessToken, refreshToken, expiresAt: now() + expiresIn * 1000 }
    tokens.write(next)
    return next
  }

  const refresh = async (refused: string): Promise<string | null> => {
    const stored = tokens.read()
    if (stored === null) return null
    if (stored.accessToken !== refused) return stored.accessToken
    try {
      const answer = await exchange(stored.refreshToken)
      const latest = tokens.read()
      // Signed out, or signed in anew, meanwhile: that stands.
      if (latest?.refreshToken !== stored.refreshToken) return latest?.accessToken ?? null
      return begin(answer).accessToken
    } catch (error) {
      // Only a refusal ends the session: a service that is away does not sign anybody out.
      if (!(error instanceof ProblemError) || ![400, 401].includes(error.status)) throw error
      if (tokens.read()?.refreshToken === stored.refreshToken) tokens.write(null)
      return null
    }
  }

  const renew = (refused: string): Promise<string | null> => {
    underWay ??= (locks === null ? refresh(refused) : refreshAlone(refused, locks)).finally(() => {
      underWay = null
    })
    return underWay
  }

  /** Under the lock, unless another tab's new session shows up first. */
  const refreshAlone = (refused: string, tabs: Locks): Promise<string | null> =>
    new Promise((resolve, reject) => {
      let settled = false
      const unsubscribe = tokens.subscribe(() => {
        const latest = tokens.read()?.accessToken ?? null
        if (latest !== refused) settle(() => resolve(latest))
      })
      const settle = (how: () => void): void => {
        settled = true
        unsubscribe()
        how()
      }
      tabs
        .request(lockName, async () => {
          if (settled || tokens.read()?.accessToken !== refused) return
          await refresh(refused)
          // See `spreadMs`. Whoever asked here has the token already.
          await sleep(spreadMs)
        })
        .then(
          () => settle(() => resolve(tokens.read()?.accessToken ?? null)),
          (error: unknown) => settle(() => reject(error)),
        )
    })

  return {
    current: () => tokens.read(),
    async accessToken() {
      const stored = tokens.read()
      if (stored === null) return null
      return stored.expiresAt - now() > marginMs ? stored.accessToken : renew(stored.accessToken)
    },
    renew,
    begin: (answer) => void begin(answer),
    end: () => tokens.write(null),
  }
}
