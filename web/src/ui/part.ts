import { useEffect, useState, useSyncExternalStore } from 'react'

/** A module that is fetched when it is wanted first. */
export interface Part<T> {
  fetch: () => Promise<T>
  /** What was fetched; for what is only shown once it was. */
  fetched: () => T
  current: () => T | undefined
  subscribe: (listener: () => void) => () => void
}

/** A part of the page that the first load does not wait for. A fetch that failed is tried again when it is wanted again. */
export function partOf<T>(load: () => Promise<T>): Part<T> {
  let loaded: T | undefined
  let fetching: Promise<T> | undefined
  const listeners = new Set<() => void>()
  const fetch = async () => {
    try {
      loaded = await load()
    } catch (error) {
      fetching = undefined
      throw error
    }
    for (const listener of listeners) listener()
    return loaded
  }
  return {
    fetch: () => {
      fetching ??= fetch()
      return fetching
    },
    fetched: () => {
      if (loaded === undefined) throw new Error('This part of the page was not fetched yet.')
      return loaded
    },
    current: () => loaded,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** What a part is wanted for: `true`, or one thing after the other. */
type Wish = object | string | number | boolean | undefined

/**
 * The part once it is there. It is fetched when it is wanted, and again when what wants it is another and it did not come before.
 * `failed` says that it did not come for this one: what has given up does not open by itself when the part comes for something else.
 */
export function usePart<T>(part: Part<T>, wanted: Wish): { part: T | undefined; failed: boolean } {
  const [failedFor, setFailedFor] = useState<Wish>()
  const isWish = wanted !== undefined && wanted !== false
  useEffect(() => {
    if (!isWish) return
    let isWanted = true
    part.fetch().catch(() => isWanted && setFailedFor(wanted))
    return () => {
      isWanted = false
      setFailedFor(undefined)
    }
  }, [part, wanted, isWish])
  const loaded = useSyncExternalStore(part.subscribe, part.current)
  return { part: loaded, failed: isWish && failedFor === wanted }
}
