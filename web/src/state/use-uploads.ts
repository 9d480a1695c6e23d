import { useEffect, useSyncExternalStore } from 'react'
import { useAccount } from './account-scope.tsx'
import type { Upload, UploadQueue } from './upload-queue.ts'

/** The account's one upload queue, which goes on whatever is being looked at, and what is in it. */
export function useUploads(): { uploads: UploadQueue; list: readonly Upload[] } {
  const { uploads } = useAccount()
  return { uploads, list: useSyncExternalStore(uploads.subscribe, uploads.snapshot) }
}

/** Tries again what the network broke off, as soon as there is one; and asks before the page is left meanwhile. */
export function useUploadGuards(uploads: UploadQueue): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent): void => {
      const unsent = uploads.snapshot().some(({ state }) => state === 'waiting' || state === 'uploading')
      if (unsent) event.preventDefault()
    }
    const ending = new AbortController()
    const { signal } = ending
    // Without a network it waits again instead of having failed.
    for (const type of ['online', 'offline']) window.addEventListener(type, uploads.retryFailed, { signal })
    window.addEventListener('beforeunload', guard, { signal })
    return () => ending.abort()
  }, [uploads])
}
