import { type Client, createClient, memoryTokens, type Tokens } from '@rendition/client'
import type { Image } from '@rendition/contract'
import { MutationObserver, onlineManager } from '@tanstack/react-query'
import { describe, expect, it, vi } from 'vitest'
import { createAccounts } from './accounts.ts'
import { createQueryCache, keys } from './query-cache.ts'
import { forgetful } from './upload-keeper.ts'
import type { UploadSender } from './upload-sender.ts'

const tokensOfUser = (userId: string): Tokens => ({
  userId,
  accessToken: `token of ${userId}`,
  refreshToken: `refresh of ${userId}`,
  expiresAt: Number.MAX_SAFE_INTEGER,
})
const files = (count: number) => Array.from({ length: count }, (_, n) => new File(['x'], `${n}.jpg`))
/** Everything has gone on that waits for nothing but promises: what would still be asked has been by now. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
}
/** As the page sends, but in one request. */
const openSender = (client: Client): UploadSender => ({
  send: (file, { signal }) => client.images.upload(file, { signal }),
  fetchFrom: () => Promise.reject(new Error('nothing is fetched here')),
  stopFetching: () => Promise.resolve(),
  giveUp: () => Promise.resolve(),
})
const problem = (status: number) => new Response('{}', { status })

/** A browser with one store for the session, and a service that answers when the test says. */
function scene(first: string | null = 'ann') {
  const tokens = memoryTokens(first === null ? null : tokensOfUser(first))
  const asked: { as: string | null; path: string; answer(response: Response): void }[] = []
  const fetchImpl = vi.fn(
    (input: unknown, { headers, signal }: RequestInit = {}) =>
      new Promise<Response>((resolve, reject) => {
        const as = new Headers(headers).get('authorization')
        asked.push({ as, path: new URL(String(input)).pathname, answer: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
  )
  const forgotten: (string | null)[] = []
  const accounts = createAccounts({
    openSender,
    openKeeper: () => forgetful,
    forgetOthers: (allBut) => void forgotten.push(allBut),
    tokens,
    fetch: fetchImpl as typeof fetch,
    openClient: (store, fetchOfClient) =>
      createClient({ baseUrl: 'http://x', tokens: store, fetch: fetchOfClient, WebSocket: null }),
    online: () => true,
  })
  const signIn = (userId: string | null): void => tokens.write(userId === null ? null : tokensOfUser(userId))
  return { tokens, accounts, asked, signIn, forgotten }
}

const ways: [string, string | null][] = [
  ['signing out', null],
  ['somebody else signing in', 'bob'],
]

describe('an account in the page', () => {
  it.each(ways)('goes with everything at once: %s', async (_way, next) => {
    const { accounts, asked, signIn, forgotten } = scene()
    const open = accounts.current()
    if (open === null) throw new Error('nobody')
    const { account: ann, queries } = open
    ann.images.put({ id: 'a' } as Image)
    const listing = queries.fetchQuery({
      queryKey: keys.allLists,
      queryFn: ({ signal }) => ann.client.images.list({}, { signal }),
    })
    ann.uploads.add(files(5))
    await vi.waitFor(() => expect(asked).toHaveLength(4))
    const heard = vi.fn()
    accounts.subscribe(heard)

    ann.selection.toggle('a', false)
    signIn(next)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(accounts.current()?.account.userId ?? null).toBe(next)
    expect(ann.ended.aborted).toBe(true)
    expect(queries.getQueryCache().getAll()).toEqual([])
    expect(ann.uploads.snapshot()).toEqual([])
    await expect(listing).rejects.toThrow()
    for (const { answer } of asked) answer(problem(401))
    // Whoever still holds the old account gets nothing done by it, least of all as the new one.
    await expect(ann.client.images.remove('a')).rejects.toThrow()
    ann.uploads.add(files(1))
    await settled()
    expect(asked.map(({ as }) => as)).toEqual(Array(4).fill('Bearer token of ann'))
    expect(accounts.current()?.queries.getQueryCache().getAll() ?? []).toEqual([])
    expect(accounts.current()?.account.uploads.snapshot() ?? []).toEqual([])
    expect(accounts.current()?.account.selection.snapshot().ids.size ?? 0).toBe(0)
    expect(accounts.lastEnd()).toBe(next === null ? 'gone' : null)
    expect(forgotten).toEqual(['ann', next])
  })

  it('is another one when the same person signs in again, and the same when the session is renewed', () => {
    const { accounts, tokens, signIn } = scene()
    const before = accounts.current()
    tokens.write({ ...tokensOfUser('ann'), accessToken: 'renewed' })
    expect(accounts.current()).toBe(before)
    signIn(null)
    signIn('ann')
    expect(accounts.current()?.account.key).not.toBe(before?.account.key)
  })

  it('ends when the service no longer takes its session, and its uploads with it', async () => {
    const { accounts, asked } = scene()
    const ann = accounts.current()?.account
    ann?.uploads.add(files(4))
    await vi.waitFor(() => expect(asked).toHaveLength(3))
    for (const { answer } of asked.splice(0)) answer(problem(401))
    await vi.waitFor(() => expect(asked.map(({ path }) => path)).toEqual(['/api/auth/refresh']))
    asked[0]?.answer(problem(401))
    await vi.waitFor(() => expect(accounts.current()).toBeNull())
    expect(ann?.uploads.snapshot()).toEqual([])
    expect(asked).toHaveLength(1)
    expect(accounts.lastEnd()).toBe('refused')
  })

  it('tells the service that it signed out, after everything here has gone', async () => {
    const { accounts, asked } = scene()
    const leaving = accounts.current()?.account.signOut()
    expect(accounts.current()).toBeNull()
    expect(accounts.lastEnd()).toBeNull()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    expect(asked[0]).toMatchObject({ as: 'Bearer token of ann', path: '/api/auth/logout' })
    asked[0]?.answer(new Response(null, { status: 204 }))
    await leaving
  })

  it('is found ended by a look, where no event told', () => {
    let stored: Tokens | null = tokensOfUser('ann')
    const silent = { read: () => stored, write: () => undefined, subscribe: () => () => undefined }
    const accounts = createAccounts({
      openSender,
      openKeeper: () => forgetful,
      forgetOthers: () => undefined,
      tokens: silent,
      fetch,
      openClient: (store) => createClient({ baseUrl: 'http://x', tokens: store }),
      online: () => true,
    })
    stored = tokensOfUser('bob')
    accounts.check()
    expect(accounts.current()?.account.userId).toBe('bob')
    stored = null
    accounts.check()
    expect(accounts.current()).toBeNull()
  })
})

it('a change is tried at once, also where the browser says that it is offline', async () => {
  onlineManager.setOnline(false)
  try {
    const mutationFn = vi.fn(() => Promise.reject(new TypeError('no network')))
    const observer = new MutationObserver(createQueryCache(), { mutationFn })
    await expect(observer.mutate()).rejects.toThrow('no network')
    expect(mutationFn).toHaveBeenCalledTimes(1)
  } finally {
    onlineManager.setOnline(true)
  }
})
