import { useEffect, useSyncExternalStore } from 'react'
import { putImage } from '../gallery/image-cache.ts'
import { cache } from '../session/cache.ts'
import { client } from '../session/client.ts'
import { createUploadQueue, type Upload } from './upload-queue.ts'

/** The page's one upload queue: it goes on whatever is being looked at. */
export const uploads = createUploadQueue({
  send: (file, options) => client.images.upload(file, options),
  onUploaded: (image) => putImage(cache, image),
  atOnce: 3,
})

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(uploads.subscribe, uploads.snapshot)
}

/** Tries again what the network broke off, as soon as there is one; and asks before the page is left meanwhile. */
export function useUploadGuards(): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent): void => {
      const unsent = uploads.snapshot().some(({ state }) => state === 'waiting' || state === 'uploading')
      if (unsent) event.preventDefault()
    }
    window.addEventListener('online', uploads.retryFailed)
    window.addEventListener('beforeunload', guard)
    return () => {
      window.removeEventListener('online', uploads.retryFailed)
      window.removeEventListener('beforeunload', guard)
    }
  }, [])
}
