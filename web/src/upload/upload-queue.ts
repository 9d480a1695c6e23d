import { isProblem, NetworkError, type UploadOptions } from '@rendition/client'
import type { Image, UploadedImage } from '@rendition/contract'

/**
 * `waiting` for its turn, `uploading`, then `processing` while the renditions are made, and in the end `ready`;
 * or `rejected` for good, `failed` for now (can be tried again), `cancelled`.
 */
export type UploadState =
  | 'waiting'
  | 'uploading'
  | 'processing'
  | 'ready'
  | 'rejected'
  | 'failed'
  | 'cancelled'

export interface Upload {
  readonly key: number
  readonly file: File
  readonly state: UploadState
  /** 0 to 1 of the bytes sent. */
  readonly sent: number
  /** 0 to 1 of the renditions made. */
  readonly rendered: number
  /** Once the service has taken it. */
  readonly imageId: string | null
  /** Why it was rejected or failed. */
  readonly error: unknown
}

export interface UploadQueue {
  subscribe(listener: () => void): () => void
  snapshot(): readonly Upload[]
  add(files: readonly File[]): void
  cancel(key: number): void
  /** Again, from the start. */
  retry(key: number): void
  /** Everything that failed for now. */
  retryFailed(): void
  /** What became of an image that was uploaded here. */
  settle(image: Image): void
  progress(imageId: string, rendered: number): void
  /** Takes what is finished off the list. */
  clearFinished(): void
  /** Stops everything and forgets it. */
  reset(): void
}

export interface UploadQueueDeps {
  send(file: File, options: UploadOptions): Promise<UploadedImage>
  /** Gives the image as it is known by now, which may be further than the answer. */
  onUploaded(image: UploadedImage): Image
  /** More at once make no upload faster, and all of them slower to show their first result. */
  atOnce: number
}

export const isActive = ({ state }: Upload): boolean =>
  state === 'waiting' || state === 'uploading' || state === 'processing'
export const isTrouble = ({ state }: Upload): boolean => state === 'rejected' || state === 'failed'

export function createUploadQueue({ send, onUploaded, atOnce }: UploadQueueDeps): UploadQueue {
  let uploads: readonly Upload[] = []
  let lastKey = 0
  const running = new Map<number, AbortController>()
  const listeners = new Set<() => void>()

  const set = (next: readonly Upload[]): void => {
    uploads = next
    for (const listener of listeners) listener()
  }
  const change = (key: number, part: Partial<Upload>): void =>
    set(uploads.map((upload) => (upload.key === key ? { ...upload, ...part } : upload)))
  const changeImage = (imageId: string, part: Partial<Upload>): void => {
    if (uploads.some((upload) => upload.imageId === imageId && upload.state === 'processing')) {
      set(uploads.map((upload) => (upload.imageId === imageId ? { ...upload, ...part } : upload)))
    }
  }

  const startNext = (): void => {
    while (running.size < atOnce) {
      const next = uploads.find(({ state }) => state === 'waiting')
      if (next === undefined) return
      void run(next)
    }
  }

  const run = async ({ key, file }: Upload): Promise<void> => {
    const aborting = new AbortController()
    running.set(key, aborting)
    change(key, { state: 'uploading', sent: 0, error: null })
    try {
      const image = await send(file, {
        signal: aborting.signal,
        onProgress: (sent, total) => change(key, { sent: sent / Math.max(1, total) }),
      })
      change(key, { state: 'processing', sent: 1, imageId: image.id })
      settle(onUploaded(image))
    } catch (error) {
      if (!aborting.signal.aborted) change(key, { state: isForGood(error) ? 'rejected' : 'failed', error })
    } finally {
      // A retry of what was cancelled may have taken its place already.
      if (running.get(key) === aborting) running.delete(key)
      startNext()
    }
  }

  const settle = (image: Image): void => {
    if (image.status === 'complete') changeImage(image.id, { state: 'ready', rendered: 1 })
    if (image.status === 'failed') {
      changeImage(image.id, { state: 'rejected', error: new Error(image.errorMessage ?? undefined) })
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: () => uploads,
    add(files) {
      const added = files.map(
        (file): Upload => ({
          key: ++lastKey,
          file,
          state: 'waiting',
          sent: 0,
          rendered: 0,
          imageId: null,
          error: null,
        }),
      )
      set([...uploads, ...added])
      startNext()
    },
    cancel(key) {
      running.get(key)?.abort()
      change(key, { state: 'cancelled' })
    },
    retry(key) {
      change(key, { state: 'waiting', sent: 0, error: null })
      startNext()
    },
    retryFailed() {
      set(uploads.map((upload) => (upload.state === 'failed' ? { ...upload, state: 'waiting' } : upload)))
      startNext()
    },
    settle,
    progress: (imageId, rendered) => changeImage(imageId, { rendered }),
    clearFinished: () => set(uploads.filter(isActive)),
    reset() {
      set([])
      for (const aborting of running.values()) aborting.abort()
    },
  }
}

/** What a second attempt with the same bytes would not change. */
function isForGood(error: unknown): boolean {
  if (error instanceof NetworkError || !isProblem(error)) return false
  return error.status < 500 && ![401, 408, 429].includes(error.status)
}
