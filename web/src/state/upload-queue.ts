import { isProblem, NetworkError, type UploadOptions } from '@rendition/client'
import type { Image, UploadedImage } from '@rendition/contract'
import { createServiceWatch } from './service-watch.ts'

/**
 * `waiting` for its turn, for a network or for the service, `uploading`, then `processing` while the renditions are made, and in the end `ready`;
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
  /** Why it was rejected or failed, or waits though there is a network. */
  readonly error: unknown
  /** How often it broke off. */
  readonly broken: number
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
  /** What waits goes on now, if it can: there is a network again, or the service was heard of. */
  wake(): void
  /** What became of an image that was uploaded here. */
  settle(image: Image): void
  progress(imageId: string, rendered: number): void
  /** Takes what is finished off the list. */
  clearFinished(): void
  /** Stops everything and forgets it, for good: what is added later is let fall. */
  end(): void
}

export interface UploadQueueDeps {
  send(file: File, options: UploadOptions): Promise<UploadedImage>
  /** Gives the image as it is known by now, which may be further than the answer. */
  onUploaded(image: UploadedImage): Image
  /** Whether there is a network at all: without one nothing is tried, and what broke off waits. */
  online(): boolean
  /** Asks the service something small: whether it is there. */
  answers(): Promise<boolean>
  /** More at once make no upload faster, and all of them slower to show their first result. */
  atOnce: number
}

/** Breaking off so often though the service is there, a file is the reason itself. */
const mostBroken = 5

export const isActive = ({ state }: Upload): boolean =>
  state === 'waiting' || state === 'uploading' || state === 'processing'
export const isTrouble = ({ state }: Upload): boolean => state === 'rejected' || state === 'failed'

export function createUploadQueue(deps: UploadQueueDeps): UploadQueue {
  const { send, onUploaded, online, atOnce } = deps
  let uploads: readonly Upload[] = []
  let lastKey = 0
  let ended = false
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
    while (!ended && online() && watch.here() && running.size < atOnce) {
      const next = uploads.find(({ state }) => state === 'waiting')
      if (next === undefined) return
      void run(next)
    }
  }

  const watch = createServiceWatch(deps.answers, startNext)

  const run = async (upload: Upload): Promise<void> => {
    const { key, file } = upload
    const aborting = new AbortController()
    running.set(key, aborting)
    change(key, { state: 'uploading', sent: 0, error: null })
    try {
      const image = await send(file, {
        signal: aborting.signal,
        onProgress: (sent, total) => change(key, { sent: sent / Math.max(1, total) }),
      })
      if (ended) return
      watch.well()
      change(key, { state: 'processing', sent: 1, imageId: image.id })
      settle(onUploaded(image))
    } catch (error) {
      if (aborting.signal.aborted) return
      const after = await stateAfter(error, upload)
      if (!aborting.signal.aborted) change(key, after)
    } finally {
      // A retry of what was cancelled may have taken its place already.
      if (running.get(key) === aborting) running.delete(key)
      startNext()
    }
  }

  const stateAfter = async (error: unknown, { file, ...upload }: Upload): Promise<Partial<Upload>> => {
    if (!mayPass(error)) return { state: isForGood(error) ? 'rejected' : 'failed', error }
    // The browser tells no difference between a line that broke and a file that it cannot read.
    if (error instanceof NetworkError && !(await isReadable(file)))
      return { state: 'rejected', error: unreadable }
    if (!online()) return { state: 'waiting', sent: 0 }
    const broken = upload.broken + 1
    watch.lost(isProblem(error) ? (error.retryAfter ?? 0) * 1000 : 0)
    return { state: broken < mostBroken ? 'waiting' : 'failed', sent: 0, broken, error }
  }

  const wake = (): void => {
    watch.look()
    startNext()
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
      if (ended) return
      const added = files.map(
        (file): Upload => ({
          key: ++lastKey,
          file,
          state: 'waiting',
          sent: 0,
          rendered: 0,
          imageId: null,
          error: null,
          broken: 0,
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
      change(key, { state: 'waiting', sent: 0, error: null, broken: 0 })
      wake()
    },
    retryFailed() {
      set(
        uploads.map((upload) =>
          upload.state === 'failed' ? { ...upload, state: 'waiting', error: null, broken: 0 } : upload,
        ),
      )
      wake()
    },
    wake,
    settle,
    progress: (imageId, rendered) => changeImage(imageId, { rendered }),
    clearFinished: () => set(uploads.filter(isActive)),
    end() {
      ended = true
      watch.end()
      set([])
      for (const aborting of running.values()) aborting.abort()
    },
  }
}

/** The service, or the way to it, is away for a while or has too much to do. */
function mayPass(error: unknown): boolean {
  return error instanceof NetworkError || (isProblem(error) && [429, 502, 503, 504].includes(error.status))
}

const unreadable = new Error('This file can no longer be read: it was moved, changed or deleted.')

const isReadable = (file: File): Promise<boolean> =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )

/** What a second attempt with the same bytes would not change. */
function isForGood(error: unknown): boolean {
  if (error instanceof NetworkError || !isProblem(error)) return false
  return error.status < 500 && ![401, 408].includes(error.status)
}
