import { useSyncExternalStore } from 'react'

/** Whether the browser has a network at all. The service may be away all the same. */
export const isOnline = (): boolean => globalThis.navigator?.onLine !== false

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, isOnline)
}
