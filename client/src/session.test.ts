import type { SessionTokens } from '@rendition/contract'
import { describe, expect, it, vi } from 'vitest'
import { NetworkError, ProblemError } from './problem.ts'
import { createSession, type Locks, type Session } from './session.ts'
import { memoryTokens, type TokenStore, type Tokens, tokensOf } from './tokens.ts'

const answer = (n: number): SessionTokens => ({
  user: { id: 'u', email: null, username: 'ada', role: 'user', createdAt: '2026-01-01T00:00:00Z' },
  accessToken: `access-${n}`,
  refreshToken: `refresh-${n}`,
  token: `access-${n}`,
  tokenType: 'Bearer',
  expiresIn: 900,
  message: '',
})
const refusal = new ProblemError({
  type: '',
  title: '',
  status: 401,
  detail: '',
  instance: '',
  code: 'refresh_reused',
})

/** Rotates as the service does: a token spent twice ends the family. */
function service() {
  let current = 1
  let revoked = false
  return vi.fn(async (refreshToken: string) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (revoked || refreshToken !== `refresh-${current}`) {
      revoked = true
      throw refusal
    }
    current++
    return answer(current)
  })
}

/** One at a time among all who share it, as the browser does among tabs. */
function sharedLocks(): Locks {
  let last: Promise<unknown> = Promise.resolve()
  return {
    request: (_name, work) => {
      const next = last.then(work)
      last = next.catch(() => undefined)
      return next
    },
  }
}

/** Storage as two tabs of Chromium have it: each with a copy, brought up to date some time after a write. */
function lateTabs(ms: number): [TokenStore, TokenStore] {
  const [a, b] = [signedIn(), signedIn()]
  const copying = (own: TokenStore, other: TokenStore): TokenStore => ({
    ...own,
    write(tokens) {
      own.write(tokens)
      setTimeout(() => other.write(tokens), ms)
    },
  })
  return [copying(a, b), copying(b, a)]
}

const signedIn = (expiresAt = 0): TokenStore =>
  memoryTokens({ userId: 'u', accessToken: 'access-1', refreshToken: 'refresh-1', expiresAt })
const first: Tokens = { userId: 'u', accessToken: 'access-1', refreshToken: 'refresh-1', expiresAt: 0 }
const somebodyElse: Tokens = { userId: 'v', accessToken: 'theirs', refreshToken: 'refresh-9', expiresAt: 0 }

const token = async (session: Session) => (await session.valid())?.accessToken
const renewed = async (session: Session) => (await session.renew(first))?.accessToken

describe('a session', () => {
  it('uses a token while it lives, and renews it shortly before its end', async () => {
    const exchange = service()
    let now = 0
    const session = createSession({ tokens: signedIn(900_000), exchange, locks: null, now: () => now })
    expect(await token(session)).toBe('access-1')
    now = 880_000
    expect(await token(session)).toBe('access-2')
    expect(exchange).toHaveBeenCalledTimes(1)
  })

  it('refreshes once for many that ask at once', async () => {
    const exchange = service()
    const session = createSession({ tokens: signedIn(), exchange, locks: null })
    const asked = await Promise.all(Array.from({ length: 20 }, () => token(session)))
    expect(new Set(asked)).toEqual(new Set(['access-2']))
    expect(exchange).toHaveBeenCalledTimes(1)
  })

  it('refreshes once for several tabs that share the storage', async () => {
    const exchange = service()
    const tokens = signedIn()
    const locks = sharedLocks()
    const tabs = Array.from({ length: 4 }, () => createSession({ tokens, exchange, locks }))
    expect(await Promise.all(tabs.map((tab) => renewed(tab)))).toEqual(Array(4).fill('access-2'))
    expect(exchange).toHaveBeenCalledTimes(1)
    expect(tokens.read()?.refreshToken).toBe('refresh-2')
  })

  it("refreshes once although tabs see each other's writes late", async () => {
    const exchange = service()
    const [here, there] = lateTabs(20)
    const locks = sharedLocks()
    const tabs = [here, there].map((tokens) => createSession({ tokens, exchange, locks }))
    expect(await Promise.all(tabs.map((tab) => renewed(tab)))).toEqual(['access-2', 'access-2'])
    expect(exchange).toHaveBeenCalledTimes(1)
  })

  it('ends when the service refuses, and not when it is away', async () => {
    const tokens = signedIn()
    const away = createSession({
      tokens,
      exchange: () => Promise.reject(new NetworkError('away')),
      locks: null,
    })
    await expect(away.valid()).rejects.toThrow(NetworkError)
    expect(tokens.read()).not.toBeNull()
    const refused = createSession({ tokens, exchange: () => Promise.reject(refusal), locks: null })
    expect(await refused.valid()).toBeNull()
    expect(tokens.read()).toBeNull()
  })

  it('stays signed out when a refresh comes back after signing out', async () => {
    const tokens = signedIn()
    let finish = (_: SessionTokens): void => undefined
    const exchange = () =>
      new Promise<SessionTokens>((resolve) => {
        finish = resolve
      })
    const session = createSession({ tokens, exchange, locks: null })
    const renewing = session.renew(first)
    session.end()
    finish(answer(2))
    expect(await renewing).toBeNull()
    expect(tokens.read()).toBeNull()
  })
  it.each([true, false])(
    'gives nobody the session of whoever signed in meanwhile (locks: %s)',
    async (locked) => {
      const locks = locked ? sharedLocks() : null
      for (const outcome of ['renewed', 'refused'] as const) {
        const tokens = signedIn()
        const exchange = async () => {
          tokens.write(somebodyElse)
          if (outcome === 'refused') throw refusal
          return answer(2)
        }
        const session = createSession({ tokens, exchange, locks })
        expect(await session.valid(), outcome).toBeNull()
        expect(tokens.read(), outcome).toEqual(somebodyElse)
      }
      const before = createSession({ tokens: memoryTokens(somebodyElse), exchange: service(), locks })
      expect(await before.renew(first)).toBeNull()
    },
  )
})

describe('a store bound to one account', () => {
  it('reads and overwrites nothing of another, and brings back nothing that ended', () => {
    const store = signedIn()
    const bound = tokensOf(store, 'u')
    bound.write({ ...first, accessToken: 'access-2' })
    expect(store.read()?.accessToken).toBe('access-2')
    store.write(somebodyElse)
    expect(bound.read()).toBeNull()
    bound.write(null)
    bound.write(first)
    expect(store.read()).toEqual(somebodyElse)
    store.write(null)
    bound.write(first)
    expect(store.read()).toBeNull()
  })
})
