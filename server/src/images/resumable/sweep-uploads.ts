import { uuidv7 } from 'uuidv7'
import { findUnknown, listComplete, listExpired, listSpent, markTried } from '../store/upload-sweeps.ts'
import { forgetGrowth } from '../store/uploads.ts'
import type { ResumableDeps } from './deps.ts'
import { eraseUploads } from './erase-uploads.ts'
import { finishUpload } from './finish-upload.ts'

/** A client that has sent its last byte is still here. */
const leftAloneMs = 60_000
const batch = 100

/** Makes images of what is complete and was left alone, and removes what is expired or spent. */
export async function sweepUploads(deps: ResumableDeps): Promise<void> {
  const { db, storage, uploadExpiryMs, log } = deps
  await tryEach(
    deps,
    await listSpent(db, batch),
    'uploads: bytes of an image are not removed yet',
    async (id) => {
      await storage.growing.remove(id)
      await forgetGrowth(db, [id])
    },
  )
  const complete = await listComplete(db, Math.min(leftAloneMs, uploadExpiryMs), batch)
  await tryEach(deps, complete, 'uploads: a complete one is no image yet', async (id) => {
    const { imageId } = await finishUpload(deps, id, uuidv7(), undefined)
    log.info({ id, imageId }, 'uploads: one that was left complete is an image now')
  })
  const expired = await listExpired(db, uploadExpiryMs, batch)
  await tryEach(deps, expired, 'uploads: an expired one is not removed yet', (id) => eraseUploads(deps, [id]))
}

/** One that fails stops none of the others. Marked before, for the process may end of it. */
async function tryEach(
  { db, log }: Pick<ResumableDeps, 'db' | 'log'>,
  ids: readonly string[],
  failed: string,
  act: (id: string) => Promise<void>,
): Promise<void> {
  for (const id of ids) {
    try {
      await markTried(db, id)
      await act(id)
    } catch (error) {
      log.warn({ err: error, id }, failed)
    }
  }
}

/** Removes bytes of which no row speaks: what crashes between the two left behind. Gives the ids. */
export async function sweepLostUploads(
  { db, storage, log }: ResumableDeps,
  graceMs: number,
): Promise<string[]> {
  const removed: string[] = []
  let some: string[] = []
  const flush = async (): Promise<void> => {
    for (const id of await findUnknown(db, some)) {
      await storage.growing.remove(id).then(
        () => removed.push(id),
        (error: unknown) => log.warn({ err: error, id }, 'uploads: lost bytes are not removed yet'),
      )
    }
    some = []
  }
  for await (const id of storage.growing.untouched(new Date(Date.now() - graceMs))) {
    if (some.push(id) >= 1_000) await flush()
  }
  await flush()
  return removed
}
