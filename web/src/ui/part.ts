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

/** The part once it is there; it is fetched while it is wanted. `failed` says that it did not come. */
export function usePart<T>(part: Part<T>, wanted: boolean): { part: T | undefined; failed: boolean } {
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (!wanted) return
    setFailed(false)
    part.fetch().catch(() => setFailed(true))
  }, [part, wanted])
  const loaded = useSyncExternalStore(part.subscribe, part.current)
  return { part: loaded, failed: wanted && failed && loaded === undefined }
}
