import type { Folders, Image } from '@rendition/contract'
import { createServiceWatch } from './service-watch.ts'
import {
  type ChosenFile,
  isActive,
  isArchive,
  isUnsent,
  newUpload,
  newUploadFrom,
  type Upload,
} from './upload.ts'
import { becomesOf } from './upload-faults.ts'
import type { UploadKeeper } from './upload-keeper.ts'
import { createUploadPace } from './upload-pace.ts'
import type { Sending, UploadSender } from './upload-sender.ts'

export interface UploadQueue {
  subscribe(listener: () => void): () => void
  snapshot(): readonly Upload[]
  /** Files alone, or with the folders that they came in, of which becomes what is wished. */
  add(files: readonly (File | ChosenFile)[], folders?: Folders): void
  /** Pictures that the service fetches itself. */
  addFrom(addresses: readonly string[]): void
  /** Takes over what earlier pages left. */
  restore(): Promise<void>
  pause(key: number): void
  resume(key: number): void
  /** Whatever is not there yet. */
  pauseAll(): void
  resumeAll(): void
  cancelAll(): void
  cancel(key: number): void
  /** Again; what came before counts. */
  retry(key: number): void
  /** null while it cannot be said. */
  bytesPerSecond(): number | null
  /** Where those that were not finished go on: for whoever takes them back. */
  unfinished(): readonly string[]
  /** Everything that failed for now. */
  retryFailed(): void
  /** What waits goes on now, if it can: there is a network again, or the service was heard of. */
  wake(): void
  /** What became of an image that was uploaded here. */
  settle(image: Image): void
  progress(imageId: string, rendered: number): void
  /** Takes what is finished off the list; what failed is given up with that, and does not come back. */
  clearFinished(): void
  /** Stops everything and forgets it, for good: what is added later is let fall. */
  end(): void
}

export interface UploadQueueDeps {
  sender: UploadSender
  keeper: UploadKeeper
  /** Gives the image as it is known by now, which may be further than the answer. */
  onUploaded(image: Image): Image
  /** Whether there is a network at all: without one nothing is tried, and what broke off waits. */
  online(): boolean
  /** Asks the service something small: whether it is there. */
  answers(): Promise<boolean>
  /** More at once make no upload faster, and all of them slower to show their first result. */
  atOnce: number
}

export function createUploadQueue(deps: UploadQueueDeps): UploadQueue {
  const { sender, keeper, onUploaded, online, atOnce } = deps
  const pace = createUploadPace()
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

  const run = async ({ key, id, file, folder, url, address }: Upload): Promise<void> => {
    const aborting = new AbortController()
    const { signal } = aborting
    running.set(key, aborting)
    change(key, { state: 'uploading', error: null })
    let from: number | null = null
    let last = 0
    try {
      const sending: Sending = {
        signal,
        onUnpacking: () => change(key, { state: 'processing', sent: 1 }),
        folder,
        url,
        onUrl(begun) {
          if (signal.aborted) return
          change(key, { url: begun })
          keeper.change(id, { url: begun })
        },
        onProgress(sent, total) {
          if (signal.aborted) return
          // The first word says where it goes on, not what went out now.
          from ??= sent
          pace.sent(Math.max(0, sent - (last === 0 ? sent : last)))
          last = sent
          change(key, { sent: sent / Math.max(1, total), ...(sent > from && { broken: 0 }) })
        },
      }
      const became = await (address === null
        ? sender.send(file, sending)
        : sender.fetchFrom(address, sending))
      if (ended || signal.aborted) return
      watch.well()
      keeper.drop([id])
      if ('made' in became) return change(key, { state: 'ready', sent: 1, unpacked: became })
      change(key, { state: 'processing', sent: 1, imageId: became.id })
      settle(onUploaded(became))
    } catch (error) {
      if (signal.aborted) return
      const broken = (uploads.find((upload) => upload.key === key)?.broken ?? 0) + 1
      const becomes = await becomesOf(error, { file, broken, online: online() })
      if (signal.aborted) return
      if (becomes.serviceLost) watch.lost(becomes.leastMs)
      // Without a network it did not break off by itself.
      const counted = becomes.state === 'waiting' && !becomes.serviceLost ? {} : { broken }
      change(key, { state: becomes.state, error: becomes.error, ...counted })
      if (becomes.state === 'rejected') keeper.drop([id])
    } finally {
      // A retry of what was cancelled may have taken its place already.
      if (running.get(key) === aborting) running.delete(key)
      if (running.size === 0) pace.reset()
      startNext()
    }
  }

  /** Takes those out of what runs; the rest of it ends by itself. */
  const stop = (keys: readonly number[], part: Partial<Upload>): void => {
    for (const key of keys) {
      running.get(key)?.abort()
      running.delete(key)
    }
    set(uploads.map((upload) => (keys.includes(upload.key) ? { ...upload, ...part } : upload)))
    startNext()
  }

  const pause = (those: readonly Upload[]): void => {
    // What the service fetches it fetches: there is nothing to hold back here.
    const going = those.filter(
      ({ state, address }) => address === null && (state === 'waiting' || state === 'uploading'),
    )
    for (const { id } of going) keeper.change(id, { paused: true })
    stop(
      going.map(({ key }) => key),
      { state: 'paused' },
    )
  }
  const resume = (those: readonly Upload[]): void => {
    const paused = those.filter(({ state }) => state === 'paused')
    for (const { id } of paused) keeper.change(id, { paused: false })
    stop(
      paused.map(({ key }) => key),
      { state: 'waiting', error: null, broken: 0 },
    )
    wake()
  }
  const takeBack = (those: readonly Upload[]): void => {
    keeper.drop(those.map(({ id }) => id))
    for (const { key, url, address } of those) {
      // What is being fetched ends with its signal.
      if (url === null || (address !== null && running.has(key))) continue
      // Else it goes by itself when its time is over.
      void (address === null ? sender.giveUp(url) : sender.stopFetching(url)).catch(() => undefined)
    }
  }
  const cancel = (those: readonly Upload[]): void => {
    takeBack(those)
    stop(
      those.map(({ key }) => key),
      { state: 'cancelled', url: null, sent: 0, kept: false },
    )
  }
  const byKey = (key: number): readonly Upload[] => uploads.filter((upload) => upload.key === key)

  const keep = async ({ key, id, file, folder, url, address }: Upload): Promise<void> => {
    const kept = await keeper.keep({ id, file, folder, url, address, paused: false })
    // What happened meanwhile it was told in vain.
    const now = uploads.find((upload) => upload.key === key)
    if (!kept || now === undefined) return
    if (!isUnsent(now) && now.state !== 'failed') return keeper.drop([id])
    keeper.change(id, { url: now.url, paused: now.state === 'paused' })
    change(key, { kept })
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
    add(files, folders = 'none') {
      if (ended) return
      const added = files.map((each) => {
        if (each instanceof File) return newUpload(++lastKey, each)
        const hasFolders = each.path.includes('/') || isArchive(each.file)
        const folder = folders !== 'none' && hasFolders ? { path: each.path, folders } : null
        return newUpload(++lastKey, each.file, { folder })
      })
      set([...uploads, ...added])
      startNext()
      for (const upload of added) void keep(upload)
    },
    addFrom(addresses) {
      if (ended) return
      const added = addresses.map((address) => newUploadFrom(++lastKey, address))
      set([...uploads, ...added])
      startNext()
      for (const upload of added) void keep(upload)
    },
    async restore() {
      const left = await keeper.takeOver()
      if (ended || left.length === 0) return
      const restored = left.map(({ file, paused, ...of }) =>
        newUpload(++lastKey, file, { ...of, kept: true, state: paused ? 'paused' : 'waiting' }),
      )
      set([...restored, ...uploads])
      startNext()
    },
    pause: (key) => pause(byKey(key)),
    resume: (key) => resume(byKey(key)),
    pauseAll: () => pause(uploads),
    resumeAll: () => resume(uploads),
    cancelAll: () => cancel(uploads.filter(isUnsent)),
    cancel: (key) => cancel(byKey(key)),
    bytesPerSecond: () => (running.size === 0 ? null : pace.bytesPerSecond()),
    unfinished: () =>
      uploads.flatMap((upload) => (isUnsent(upload) && upload.address === null ? (upload.url ?? []) : [])),
    retry(key) {
      const again = uploads.find((upload) => upload.key === key)
      change(key, { state: 'waiting', error: null, broken: 0 })
      if (again !== undefined && !again.kept) void keep(again)
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
    clearFinished() {
      takeBack(uploads.filter(({ state }) => state === 'failed'))
      set(uploads.filter(isActive))
    },
    end() {
      ended = true
      watch.end()
      set([])
      for (const aborting of running.values()) aborting.abort()
      keeper.end()
    },
  }
}
