import { useEffect } from 'react'
import { useHistoryState } from 'wouter/use-browser-location'

/**
 * The account that an entry of the browser's history was made by; undefined for one that nobody has seen yet, like a link
 * that was followed. Addresses hold search texts and photos, which are nobody else's to go Back to.
 */
export function usePageOwner(): string | undefined {
  return ownerOf(useHistoryState<unknown>())
}

/** Marks every address that is shown as this account's. */
export function useOwnPage(userId: string): void {
  const state = useHistoryState<unknown>()
  useEffect(() => {
    if (ownerOf(state) === userId) return
    window.history.replaceState({ ...(isObject(state) ? state : {}), owner: userId }, '')
  }, [state, userId])
}

const isObject = (state: unknown): state is object => typeof state === 'object' && state !== null

function ownerOf(state: unknown): string | undefined {
  return isObject(state) && 'owner' in state && typeof state.owner === 'string' ? state.owner : undefined
}
