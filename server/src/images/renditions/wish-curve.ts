import type { JobBook } from '../../jobs/index.ts'
import type { Database } from '../../platform/database/port.ts'
import { renditionsJob } from '../job-inputs.ts'
import { readImage } from '../store/images.ts'
import { readVersion } from '../store/versions.ts'
import type { WishCurve } from '../types.ts'

export interface WishDeps {
  db: Database
  book: JobBook
  onError: (error: unknown) => void
}

/** A library that is looked through asks for thousands: each is forgotten meanwhile, and comes again with its next request. */
const everyMs = 1_000
/** What was asked for is not asked for again so soon: a job that cannot measure would come with every request. */
const againMs = 3_600_000
const remembered = 10_000

/**
 * Has an original measured that is older than its curve: by a job of the lowest lane that makes its presets, which then
 * are as its curve says. One a second for each process; equal ones of several processes are one job.
 */
export function createWishCurve({ db, book, onError }: WishDeps): WishCurve {
  const asked = new Map<string, number>()
  let last = 0
  return ({ imageId, version, original }) => {
    const now = Date.now()
    const before = asked.get(original.key)
    if (now - last < everyMs || (before !== undefined && now - before < againMs)) return
    last = now
    asked.delete(original.key)
    asked.set(original.key, now)
    const [oldest] = asked.keys()
    if (asked.size > remembered && oldest !== undefined) asked.delete(oldest)
    ask(db, book, imageId, version).catch(onError)
  }
}

async function ask(db: Database, book: JobBook, imageId: string, n: number): Promise<void> {
  await db.transaction(async (tx) => {
    const [image, version] = [await readImage(tx, imageId), await readVersion(tx, imageId, n)]
    // One that is not complete has a job that will measure it
    if (image === null || version?.status !== 'complete' || version.original.curve) return
    const job = renditionsJob(image.ownerId, imageId, n)
    await book.enqueue(tx, [{ ...job, priority: 'bulk', housekeeping: true }])
  })
}
