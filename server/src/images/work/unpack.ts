import { Failure, isFailure, type RejectedFile } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { type Attempt, LeaseLost, type StoredResult } from '../../jobs/index.ts'
import type { Queryable } from '../../platform/database/port.ts'
import { originalKey } from '../../platform/storage/key.ts'
import { unpackInputSchema } from '../job-inputs.ts'
import { beginUnpacking, saveUnpacked, type Unpacked } from '../store/unpacked.ts'
import { forgetGrowth, readUpload } from '../store/uploads.ts'
import { recordImage, storeThenRecord } from '../uploads/create-image.ts'
import { cleanName, refuseLongName } from '../uploads/names.ts'
import { placeInFolder } from '../uploads/place-in-folder.ts'
import { checkNotFull } from '../uploads/quota.ts'
import { type ArchiveFile, openArchive } from '../uploads/read-archive.ts'
import { receiveFile } from '../uploads/receive-file.ts'
import { refuseKnown } from '../uploads/same-bytes.ts'
import { completeJob, nothingMade } from './job-results.ts'
import type { WorkDeps } from './work-plan.ts'

/** Refusals that are told one by one, and what they say together; all of them are counted. Each file writes them anew. */
const [mostTold, mostToldCharacters] = [200, 32 * 1024]

/**
 * Makes the files of an archive images, one after the other, each by the way of every upload. How far it is stands with the
 * archive and is written with each image, so a further attempt goes on there and nothing is made twice.
 */
export async function unpackArchive(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const { db, storage, log } = deps
  const { job, signal, progress } = attempt
  const { uploadId } = unpackInputSchema.parse(job.input)
  const upload = await readUpload(db, uploadId)
  if (upload === null || upload.growth === null) throw gone()
  const draft = await storage.growing.draft(uploadId, upload.growth)
  let state: Unpacked
  try {
    const begun = await beginUnpacking(db, uploadId)
    if (begun === null) throw gone()
    state = begun
    const archive = await openArchive(draft.path, deps.config)
    try {
      for (const file of archive.files.slice(state.at)) {
        signal.throwIfAborted()
        state = await take(deps, attempt, file, state)
        progress(Math.min(0.99, state.at / archive.files.length))
      }
    } finally {
      archive.close()
    }
  } finally {
    await draft.discard()
  }
  const result = resultOf(state)
  await db.transaction((tx) => completeJob(deps.book, tx, job, result))
  // What fails here expires as what nobody finished does.
  await storage.growing.remove(uploadId).then(
    () => forgetGrowth(db, [uploadId]),
    (error: unknown) =>
      log.warn({ err: error, uploadId }, 'uploads: an unpacked archive is left for the sweep'),
  )
}

/** One file: an image, or a refusal that is remembered. Throws what may pass, for a further attempt. */
async function take(
  deps: WorkDeps,
  attempt: Attempt,
  file: ArchiveFile,
  before: Unpacked,
): Promise<Unpacked> {
  const { db } = deps
  const { uploadId } = unpackInputSchema.parse(attempt.job.input)
  try {
    return await makeImage(deps, attempt, file, async (tx) => {
      const next = { ...before, at: before.at + 1, made: before.made + 1 }
      await save(tx, uploadId, next)
      return next
    })
  } catch (error) {
    if (!isFailure(error) || error.status >= 500 || error.code === 'request_timeout') throw error
    const next = refusedBy(before, { originalName: file.path, code: error.code, detail: error.detail })
    await save(db, uploadId, next)
    return next
  }
}

async function makeImage(
  deps: WorkDeps,
  attempt: Attempt,
  file: ArchiveFile,
  record: (tx: Queryable) => Promise<Unpacked>,
): Promise<Unpacked> {
  const { job, signal } = attempt
  const { ownerId } = job
  const { folders, duplicates, ...said } = unpackInputSchema.parse(job.input)
  if (file.refusal !== null) throw file.refusal
  const originalName = cleanName(file.path)
  refuseLongName(originalName)
  await checkNotFull(deps.db, deps.quota, ownerId, 1)
  const received = await receiveFile(deps, await file.read(), signal, false)
  try {
    await refuseKnown(deps.db, duplicates ?? deps.uploadDuplicates, ownerId, received.sha256)
    const came = { doer: { userId: ownerId }, via: 'archive', jobId: job.id } as const
    const plain = { ...said, duplicates, originalName, webhookUrl: job.webhookUrl, came }
    const fields = await placeInFolder(deps, ownerId, plain, folders, file.path)
    const id = uuidv7()
    return await storeThenRecord(deps, received, originalKey(id, 1), async (tx, original) => {
      await recordImage(deps, tx, id, ownerId, original, fields)
      return record(tx)
    })
  } catch (error) {
    await received.draft.discard()
    throw error
  }
}

/** Somebody else goes on with it, or there is nothing to go on with. */
async function save(db: Queryable, uploadId: string, next: Unpacked): Promise<void> {
  if (await saveUnpacked(db, uploadId, next)) return
  if ((await readUpload(db, uploadId)) === null) throw gone()
  throw new LeaseLost()
}

function refusedBy(before: Unpacked, file: RejectedFile): Unpacked {
  const { at, refused, rejected } = before
  const more = [...rejected, file]
  const isTold = more.length <= mostTold && JSON.stringify(more).length <= mostToldCharacters
  return { ...before, at: at + 1, refused: refused + 1, rejected: isTold ? more : rejected }
}

const gone = (): Failure => new Failure('upload_expired', 'The archive is gone.')

const resultOf = (state: Unpacked): StoredResult => ({
  ...nothingMade,
  counts: { changed: state.made, refused: state.refused },
  rejected: state.rejected,
})
