import { isProblem, NetworkError } from '@rendition/client'
import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { keys } from './query-cache.ts'

/** What one account saw lately, for when the service cannot be reached (record 81). */
export interface Seen {
  /** The service's answer; where it gives none, what this browser kept of it under the key. */
  or<T>(key: readonly unknown[], ask: () => Promise<T>): Promise<T>
  /** When what is shown in place of answers was kept, in milliseconds; null while the service answers. */
  asOf(): number | null
  subscribe(listener: () => void): () => void
  /** Keeps from now on what is seen. */
  start(): void
  /** Images that are no more. */
  forget(ids: ReadonlySet<string>): void
}

export interface SeenDeps {
  userId: string
  queries: QueryClient
  ended: AbortSignal
  /** Whether the stored session is still this account's. */
  isCurrent(): boolean
}

const prefix = 'rendition-seen-'
export const seenCacheOf = (userId: string): string => prefix + userId

/** Where the browser has a worker and a place for it: https and localhost. */
export const canKeep = (): boolean =>
  'caches' in globalThis && 'serviceWorker' in (globalThis.navigator ?? {})

/** Writing and forgetting, one after the other in all tabs. */
export const seenInTurn = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks.request('rendition-seen', work) as Promise<T>

/** Deletes what is kept of all accounts but one. */
export async function forgetSeen(allBut: string | null): Promise<void> {
  if (!canKeep()) return
  await seenInTurn(async () => {
    for (const name of await caches.keys())
      if (name.startsWith(prefix) && name !== prefix + allBut) await caches.delete(name)
  })
}

/** A service that is away often lets one wait for a minute before the browser gives up. */
const patienceMs = 5_000
/** What stands in for answers is shown no longer than until there is one. */
const askAgainMs = 5_000
/** Said and fetched where it is wanted: most pages never need it. */
const part = () => import('./seen-store.ts')

export function createSeen(deps: SeenDeps): Seen {
  const { queries, ended } = deps
  const listeners = new Set<() => void>()
  let asOf: number | null = null
  let again: ReturnType<typeof setInterval> | undefined
  ended.addEventListener('abort', () => clearInterval(again))
  const set = (next: number | null): void => {
    if (asOf === next || ended.aborted) return
    const isBack = next === null
    asOf = next
    clearInterval(again)
    // Every page knows who is signed in. A question on its way is let be: on a slow line its answer may be the first.
    if (!isBack)
      again = setInterval(() => {
        void queries.refetchQueries({ queryKey: keys.me }, { cancelRefetch: false })
      }, askAgainMs)
    for (const listener of listeners) listener()
    if (isBack) void queries.invalidateQueries()
  }
  /** Where no worker has this page, the part that reads may not be there without a network. */
  const isKeeping = () => canKeep() && navigator.serviceWorker.controller !== null
  const kept = async <T>(key: readonly unknown[]) =>
    (await part()).readSeen(deps, key) as Promise<{ at: number; data: T } | undefined>

  return {
    async or<T>(key: readonly unknown[], ask: () => Promise<T>): Promise<T> {
      // Only who has nothing yet is shown what was.
      const mayStandIn = isKeeping() && (asOf !== null || queries.getQueryData(key) === undefined)
      const asking = ask()
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<never>((_, reject) => {
        if (mayStandIn) timer = setTimeout(() => reject(new NetworkError('late')), patienceMs)
      })
      try {
        const data = await Promise.race([asking, late])
        set(null)
        return data
      } catch (error) {
        if (!mayStandIn || !isAway(error)) throw error
        const found = await kept<T>(key).catch(() => undefined)
        if (found === undefined || ended.aborted) return asking
        set(Math.min(found.at, asOf ?? found.at))
        // It was late, and is an answer all the same.
        asking.then(() => set(null)).catch(() => undefined)
        return found.data
      } finally {
        clearTimeout(timer)
      }
    },
    asOf: () => asOf,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: () => soon(({ keepSeen }) => keepSeen(deps, () => asOf !== null)),
    forget: (ids) => soon(({ forgetImages }) => forgetImages(deps, ids)),
  }
}

/** A proxy answers for a service that is away. */
const isAway = (error: unknown): boolean =>
  error instanceof NetworkError || (isProblem(error) && [502, 503, 504].includes(error.status))

/** Where the part does not come, nothing is kept. */
function soon(work: (store: Awaited<ReturnType<typeof part>>) => Promise<void>): void {
  if (canKeep())
    part()
      .then(work)
      .catch(() => undefined)
}

/** When what is shown was kept; null while the service answers. */
export const useAsOf = ({ seen }: { seen: Seen }): number | null =>
  useSyncExternalStore(seen.subscribe, seen.asOf)
