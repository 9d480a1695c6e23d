import { NetworkError, ProblemError } from '@rendition/client'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSeen, forgetSeen, seenCacheOf } from './seen.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A browser with a worker, and caches that hold texts by their path. */
function browser(kept: Record<string, Record<string, string>>, registration: object | undefined = {}) {
  const stored = new Map(
    Object.entries(kept).map(([name, entries]) => [name, new Map(Object.entries(entries))]),
  )
  const open = async (name: string) => {
    const entries = stored.get(name) ?? new Map<string, string>()
    stored.set(name, entries)
    return {
      match: async (path: string) => {
        const text = entries.get(path)
        return text === undefined ? undefined : new Response(text)
      },
      put: async (path: string, answer: Response) => void entries.set(path, await answer.text()),
      delete: async (path: string) => entries.delete(path),
    }
  }
  vi.stubGlobal('caches', {
    open,
    has: async (name: string) => stored.has(name),
    keys: async () => [...stored.keys()],
    delete: async (name: string) => stored.delete(name),
  })
  vi.stubGlobal('navigator', {
    onLine: true,
    serviceWorker: { controller: {}, getRegistration: async () => registration },
    locks: { request: (_name: string, work: () => Promise<unknown>) => work() },
  })
  return stored
}

const key = ['images', { q: '' }]
const pathOfKey = `/seen/answers/${encodeURIComponent(JSON.stringify(key))}`
const keptOf = (data: unknown, at = 1_000): Record<string, string> => ({
  '/seen/note': JSON.stringify({ lists: [pathOfKey], pictures: [] }),
  [pathOfKey]: JSON.stringify({ at, key, data }),
})
const away = () => Promise.reject(new NetworkError('away'))

function scene(kept: Record<string, Record<string, string>>, isCurrent = () => true) {
  const stored = browser(kept)
  const queries = new QueryClient()
  const ending = new AbortController()
  const seen = createSeen({ userId: 'ann', queries, ended: ending.signal, isCurrent })
  return { stored, queries, seen, ending }
}

describe('what stands in for an answer', () => {
  it('is what was kept, as of then, until the service answers', async () => {
    const { seen, queries } = scene({
      [seenCacheOf('ann')]: {
        ...keptOf({ items: [{ id: 'a' }] }),
        [`/seen/answers/${encodeURIComponent('["albums"]')}`]: JSON.stringify({
          at: 2_000,
          key: ['albums'],
          data: { items: [{ id: 'b' }] },
        }),
      },
    })
    const anew = vi.spyOn(queries, 'invalidateQueries')
    expect(await seen.or(key, away)).toEqual({ items: [{ id: 'a' }] })
    expect(seen.asOf()).toBe(1_000)
    // A proxy says it in its own words.
    const gone = new ProblemError({ status: 502, code: 'bad_gateway', title: '', detail: '' } as never)
    expect(await seen.or(key, () => Promise.reject(gone))).toEqual({ items: [{ id: 'a' }] })
    // What a list has is known by itself.
    expect(await seen.or(['image', 'a'], away)).toEqual({ id: 'a' })
    expect(await seen.or(['albums', 'b'], away)).toEqual({ id: 'b' })
    expect(await seen.or(key, () => Promise.resolve('new'))).toBe('new')
    expect(seen.asOf()).toBeNull()
    expect(anew).toHaveBeenCalledTimes(1)
  })

  it('comes after five seconds of silence', async () => {
    vi.useFakeTimers()
    const { seen } = scene({ [seenCacheOf('ann')]: keptOf('kept') })
    const answer = seen.or(key, () => new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(4_900)
    expect(seen.asOf()).toBeNull()
    await vi.advanceTimersByTimeAsync(200)
    await vi.dynamicImportSettled()
    expect(await answer).toBe('kept')
  })

  it('ends with an answer that was late, and is asked about again by whatever is shown', async () => {
    vi.useFakeTimers()
    const { seen, queries, ending } = scene({ [seenCacheOf('ann')]: keptOf('kept') })
    const slow = seen.or(key, () => new Promise((resolve) => setTimeout(() => resolve('slow'), 7_000)))
    await vi.advanceTimersByTimeAsync(5_100)
    await vi.dynamicImportSettled()
    expect(await slow).toBe('kept')
    expect(seen.asOf()).toBe(1_000)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(seen.asOf()).toBeNull()

    // A page without a list of images.
    let isBack = false
    const ask = vi.fn(() => (isBack ? Promise.resolve({ id: 'ann' }) : away()))
    const me = new QueryObserver(queries, {
      queryKey: ['me'],
      queryFn: () => seen.or(['me'], ask),
      retry: false,
    })
    const unsubscribe = me.subscribe(() => {})
    const found = seen.or(key, away)
    await vi.dynamicImportSettled()
    expect(await found).toBe('kept')
    expect(seen.asOf()).toBe(1_000)
    const before = ask.mock.calls.length
    await vi.advanceTimersByTimeAsync(5_100)
    expect(ask.mock.calls.length).toBe(before + 1)
    isBack = true
    await vi.advanceTimersByTimeAsync(5_100)
    expect(seen.asOf()).toBeNull()
    const then = ask.mock.calls.length
    await vi.advanceTimersByTimeAsync(20_000)
    expect(ask.mock.calls.length).toBe(then)
    unsubscribe()
    ending.abort()
  })

  it('is nothing where the service refuses, where the page knows better, and of another account', async () => {
    const { seen, queries } = scene({
      [seenCacheOf('ann')]: keptOf('kept'),
      [seenCacheOf('bob')]: keptOf('of bob'),
    })
    const refusal = new ProblemError({ status: 403, code: 'forbidden', title: '', detail: '' } as never)
    await expect(seen.or(key, () => Promise.reject(refusal))).rejects.toBe(refusal)
    queries.setQueryData(key, 'newer')
    await expect(seen.or(key, away)).rejects.toThrow('away')
    await forgetSeen('bob')
    queries.removeQueries({ queryKey: key })
    await expect(seen.or(key, away)).rejects.toThrow('away')
  })
})

describe('forgetting', () => {
  it('deletes every account but one, and nothing that is of none', async () => {
    const stored = browser({ [seenCacheOf('ann')]: {}, [seenCacheOf('bob')]: {}, 'rendition-shell-1': {} })
    await forgetSeen('bob')
    expect([...stored.keys()]).toEqual([seenCacheOf('bob'), 'rendition-shell-1'])
    await forgetSeen(null)
    expect([...stored.keys()]).toEqual(['rendition-shell-1'])
  })

  it('takes an image out of lists and its pictures along, and is not undone by who is no longer signed in', async () => {
    const pictures = [
      { url: '/images/a?w=1', image: 'a', bytes: 1, at: 1 },
      { url: '/images/b?w=1', image: 'b', bytes: 1, at: 1 },
    ]
    const kept = {
      ...keptOf({ items: [{ id: 'a' }, { id: 'b' }] }),
      '/seen/note': JSON.stringify({ lists: [pathOfKey], pictures }),
      '/images/a?w=1': 'A',
      '/images/b?w=1': 'B',
    }
    let current = 'ann'
    const { seen, stored } = scene({ [seenCacheOf('ann')]: kept }, () => current === 'ann')
    const entries = () => [...(stored.get(seenCacheOf('ann'))?.keys() ?? [])]
    seen.forget(new Set(['a']))
    await expect.poll(entries).toEqual(['/seen/note', pathOfKey, '/images/b?w=1'])
    await expect.poll(() => stored.get(seenCacheOf('ann'))?.get('/seen/note')).not.toContain('"a"')
    expect(stored.get(seenCacheOf('ann'))?.get(pathOfKey)).not.toContain('"a"')
    current = 'bob'
    await forgetSeen('bob')
    seen.forget(new Set(['b']))
    await vi.dynamicImportSettled()
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
    expect([...stored.keys()]).toEqual([])
  })
})
