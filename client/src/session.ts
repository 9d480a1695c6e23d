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
  /** The session with some life left in its access token, renewed if need be; null when signed out. */
  valid(): Promise<Tokens | null>
  /**
   * The account of `refused` with a newer access token; null when its session is over (and then forgotten), also when
   * another account has signed in meanwhile: what was begun as one account is never finished as the other.
   */
  renew(refused: Tokens): Promise<Tokens | null>
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
  let underWay: { userId: string; renewed: Promise<Tokens | null> } | null = null

  const begin = ({ user, accessToken, refreshToken, expiresIn }: SessionTokens): Tokens => {
    const next = { userId: user.id, accessToken, refreshToken, expiresAt: now() + expiresIn * 1000 }
    tokens.write(next)
    return next
  }
  const latestOf = ({ userId }: Tokens): Tokens | null => {
    const latest = tokens.read()
    return latest?.userId === userId ? latest : null
  }

  const refresh = async (refused: Tokens): Promise<Tokens | null> => {
    const stored = latestOf(refused)
    if (stored === null || stored.accessToken !== refused.accessToken) return stored
    try {
      const answer = await exchange(stored.refreshToken)
      const latest = latestOf(refused)
      // Signed out, or signed in anew, meanwhile: that stands.
      if (latest?.refreshToken !== stored.refreshToken) return latest
      return begin(answer)
    } catch (error) {
      // Only a refusal ends the session: a service that is away does not sign anybody out.
      if (!(error instanceof ProblemError) || ![400, 401].includes(error.status)) throw error
      if (tokens.read()?.refreshToken === stored.refreshToken) tokens.write(null)
      return null
    }
  }

  const renew = (refused: Tokens): Promise<Tokens | null> => {
    const { userId } = refused
    if (underWay?.userId === userId) return underWay.renewed
    const mine = {
      userId,
      renewed: (locks === null ? refresh(refused) : refreshAlone(refused, locks)).finally(() => {
        if (underWay === mine) underWay = null
      }),
    }
    underWay = mine
    return mine.renewed
  }

  /** Under the lock, unless another tab's new session shows up first. */
  const refreshAlone = (refused: Tokens, tabs: Locks): Promise<Tokens | null> =>
    new Promise((resolve, reject) => {
      const isNews = (): boolean => tokens.read()?.accessToken !== refused.accessToken
      let settled = false
      const unsubscribe = tokens.subscribe(() => {
        if (isNews()) settle(() => resolve(latestOf(refused)))
      })
      const settle = (how: () => void): void => {
        settled = true
        unsubscribe()
        how()
      }
      tabs
        .request(lockName, async () => {
          if (settled || isNews()) return
          await refresh(refused)
          // See `spreadMs`. Whoever asked here has the token already.
          await sleep(spreadMs)
        })
        .then(
          () => settle(() => resolve(latestOf(refused))),
          (error: unknown) => settle(() => reject(error)),
        )
    })

  return {
    current: () => tokens.read(),
    async valid() {
      const stored = tokens.read()
      return stored === null || stored.expiresAt - now() > marginMs ? stored : renew(stored)
    },
    renew,
    begin: (answer) => void begin(answer),
    end: () => tokens.write(null),
  }
}
