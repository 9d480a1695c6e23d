import { useEffect, useSyncExternalStore } from 'react'
import { useAccount } from './account-scope.tsx'
import { isUnsent, type Upload } from './upload.ts'
import type { UploadQueue } from './upload-queue.ts'

/** The account's one upload queue, which goes on whatever is being looked at, and what is in it. */
export function useUploads(): { uploads: UploadQueue; list: readonly Upload[] } {
  const { uploads } = useAccount()
  return { uploads, list: useSyncExternalStore(uploads.subscribe, uploads.snapshot) }
}

/** The service has it to do, whether anybody looks or not. */
const isFetched = ({ address, state }: Upload): boolean => address !== null && state === 'uploading'

/**
 * Takes over what earlier pages left, tries again what the network broke off, as soon as there is one; and asks before the
 * page is left with what would not go on in the next.
 */
export function useUploadGuards(uploads: UploadQueue): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent): void => {
      if (uploads.snapshot().some((upload) => isUnsent(upload) && !upload.kept && !isFetched(upload)))
        event.preventDefault()
    }
    const ending = new AbortController()
    const { signal } = ending
    // Without a network it waits again instead of having failed.
    for (const type of ['online', 'offline']) window.addEventListener(type, uploads.retryFailed, { signal })
    window.addEventListener('beforeunload', guard, { signal })
    void uploads.restore()
    return () => ending.abort()
  }, [uploads])
}
