import { forgetSharedFiles, sharedCache } from './shared-cache.ts'

/** What another app of this device shared with the page. */
export interface SharedFiles {
  files: File[]
  /** Names of what is no image. */
  leftOut: string[]
  /** How many were more than is taken at once. */
  tooMany: number
}

/** What waits for an answer; null for nothing. */
export async function readSharedFiles(): Promise<SharedFiles | null> {
  if (!(await caches.has(sharedCache))) return null
  const cache = await caches.open(sharedCache)
  const note = (await (await cache.match('/shared/note'))?.json()) as
    | { until: number; count: number | null; tooMany: number; leftOut: string[] }
    | undefined
  if (note === undefined || Date.now() > note.until) {
    await forgetSharedFiles()
    return null
  }
  // The worker is writing; the page that it opens then asks.
  if (note.count === null) return null
  const files: File[] = []
  for (let n = 1; n <= note.count; n += 1) {
    const answer = await cache.match(`/shared/${n}`)
    if (answer === undefined) continue
    const name = decodeURIComponent(answer.headers.get('x-name') ?? '') || `${n}`
    files.push(new File([await answer.blob()], name, { type: answer.headers.get('content-type') ?? '' }))
  }
  return { files, leftOut: note.leftOut, tooMany: note.tooMany }
}
