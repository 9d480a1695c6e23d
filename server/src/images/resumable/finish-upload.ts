import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Failure, isFailure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { z } from 'zod'
import type { Doer, Origin } from '../../platform/audit.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { originalKey } from '../../platform/storage/key.ts'
import { type unpackInputSchema, workKeyOf } from '../job-inputs.ts'
import { guestFields } from '../shares/guest-fields.ts'
import {
  deleteUploads,
  readUpload,
  setImage,
  setJob,
  setOutcome,
  type UploadRecord,
} from '../store/uploads.ts'
import { type NewImageFields, recordImage, storeThenRecord } from '../uploads/create-image.ts'
import { placeInFolder } from '../uploads/place-in-folder.ts'
import { judgeFile, type ReceivedFile } from '../uploads/receive-file.ts'
import type { ResumableDeps } from './deps.ts'
import { eraseUploads } from './erase-uploads.ts'
import type { Held } from './leases.ts'
import { describe } from './metadata.ts'
import { isComplete } from './own-upload.ts'

/** What an upload became. */
export interface Finished {
  /** null for an archive, which a job unpacks. */
  imageId: string | null
  jobId: string | null
}

/**
 * Makes a complete upload the image it is, once, whoever asks for it and however often: the client with its last bytes, one
 * that comes back after them, or the sweep. Its bytes stay until there is an image, so what fails for a while is tried
 * again; what is refused is gone.
 */
export async function finishUpload(
  deps: ResumableDeps,
  id: string,
  holder: string,
  origin: Origin | undefined,
): Promise<Finished> {
  const held = await deps.leases.take(id, holder, () => {})
  return finishHeld(deps, held, { id, holder, origin, read: null })
}

/** The same of one that is held, and let go of here; `read` is its row as it is since then. */
export async function finishHeld(
  deps: ResumableDeps,
  held: Held,
  {
    id,
    holder,
    origin,
    read,
  }: { id: string; holder: string; origin: Origin | undefined; read: UploadRecord | null },
): Promise<Finished> {
  const { db, storage, spent, log } = deps
  // Nobody else may write, and who only asks can wait.
  held.keep()
  try {
    const upload = read ?? (await readUpload(db, id))
    if (upload === null) throw new Failure('not_found')
    if (upload.imageId !== null) return { imageId: upload.imageId, jobId: upload.jobId }
    if (upload.kind === 'archive' && upload.jobId !== null) return { imageId: null, jobId: upload.jobId }
    if (!isComplete(upload)) throw new Failure('conflict', 'The upload is not complete.')
    const unpack = upload.shareId === null && describe(upload.metadata).unpack
    const make = unpack ? askToUnpack : makeImage
    const doer = { userId: upload.shareId === null ? upload.ownerId : null, origin }
    const finished = await make(deps, upload, holder, doer).catch(async (error: unknown) => {
      if (isRefusal(error)) await eraseUploads(deps, isGone(error) ? [id] : [id, ...upload.partIds])
      throw error
    })
    if (finished.imageId !== null) held.ended()
    // An archive's bytes are what its job reads.
    for (const each of [...(unpack ? [] : [id]), ...upload.partIds]) {
      await storage.growing.remove(each).then(
        () => spent.add(each),
        (error: unknown) => log.warn({ err: error, id: each }, 'uploads: bytes are left for the sweep'),
      )
    }
    return finished
  } finally {
    await held.release()
  }
}

async function makeImage(
  deps: ResumableDeps,
  upload: UploadRecord,
  holder: string,
  doer: Doer,
): Promise<Finished> {
  const { id: uploadId, ownerId, partIds } = upload
  const file = await receive(deps, upload)
  const fields = await fieldsOf(deps, upload, doer).catch(async (error: unknown) => {
    await file.draft.discard()
    throw error
  })
  const imageId = uuidv7()
  const image = await storeThenRecord(deps, file, originalKey(imageId, 1), async (tx, original) => {
    // Before the quota is counted: what was reserved is used now.
    if (!(await setImage(tx, uploadId, holder, imageId))) throw new Failure('upload_locked')
    await deleteParts(tx, partIds)
    const recorded = await recordImage(deps, tx, imageId, ownerId, original, fields)
    // The bytes may be those of an image that was there before.
    await setOutcome(tx, uploadId, { imageId: recorded.id, jobId: recorded.current.jobId })
    return recorded
  })
  return { imageId: image.id, jobId: image.current.jobId }
}

/** What is said of the image to be. Of a guest's only its name is heard, and it goes into the album of the share. */
function fieldsOf(
  deps: ResumableDeps,
  { ownerId, metadata, shareId, kind }: UploadRecord,
  doer: Doer,
): Promise<NewImageFields> {
  const said = describe(metadata)
  const via = kind === 'direct' ? 'direct' : 'upload'
  return shareId === null
    ? placeInFolder(deps, ownerId, { ...said, came: { doer, via } }, said.folders, said.path)
    : Promise.resolve({
        originalName: said.originalName,
        ...guestFields(shareId),
        came: { doer, via: 'guest', shareId },
      })
}

/** Has a job unpack it; its bytes stay until that is done. */
async function askToUnpack(
  deps: ResumableDeps,
  upload: UploadRecord,
  holder: string,
  doer: Doer,
): Promise<Finished> {
  const { id: uploadId, ownerId, partIds } = upload
  const { originalName, visibility, tags, keywordsAsTags, duplicates, folders, webhookUrl } = describe(
    upload.metadata,
  )
  const input: z.input<typeof unpackInputSchema> = {
    uploadId,
    visibility,
    tags: [...tags],
    duplicates,
    folders,
    ...(keywordsAsTags === undefined ? {} : { keywordsAsTags }),
  }
  return deps.db.transaction(async (tx) => {
    await deleteParts(tx, partIds)
    const [enqueued] = await deps.book.enqueue(tx, [
      {
        ownerId,
        type: 'unpack',
        imageId: null,
        priority: 'bulk',
        input,
        webhookUrl,
        workKey: workKeyOf('unpack', uploadId),
      },
    ])
    if (enqueued === undefined) throw new Failure('internal')
    if (!(await setJob(tx, uploadId, holder, enqueued.job.id))) throw new Failure('upload_locked')
    await deps.deeds.record(tx, doer, {
      action: 'job.create',
      targetId: enqueued.job.id,
      ownerId,
      details: { type: 'unpack', visibility, folders },
      words: { originalName, tags },
    })
    return { imageId: null, jobId: enqueued.job.id }
  })
}

/** Of two joins of the same parts one alone finds them here. */
async function deleteParts(tx: Transaction, partIds: readonly string[]): Promise<void> {
  if ((await deleteUploads(tx, partIds)) < partIds.length) {
    throw new Failure('conflict', 'One of the partial uploads is not there any more.')
  }
}

/** The bytes as a file that is judged like any other. */
async function receive(deps: ResumableDeps, upload: UploadRecord): Promise<ReceivedFile> {
  const { id, growth } = upload
  const { storage, rendering, hashes, maxUploadBytes } = deps
  if (growth === null) throw new Failure('not_found')
  if (growth.size === 0) throw new Failure('unsupported_media_type', 'The file is empty.')
  const draft = await storage.growing.draft(id, growth)
  try {
    const sha256 = hashes.digest(id, growth.size) ?? (await sha256Of(draft.path))
    const read = { size: growth.size, sha256 }
    const file = await judgeFile({ rendering, maxFileBytes: maxUploadBytes }, draft, read)
    refuseOther(upload, file)
    return file
  } catch (error) {
    await draft.discard()
    throw error
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 ** 2 }), hash)
  return hash.digest('hex')
}

/** It must be what the client said, where it said so. */
function refuseOther({ kind, sha256, contentType }: UploadRecord, file: ReceivedFile): void {
  if (sha256 !== null && sha256 !== file.sha256) {
    const code = kind === 'direct' ? 'checksum_mismatch' : 'digest_mismatch'
    throw new Failure(code, `The bytes have the SHA-256 ${file.sha256}.`)
  }
  const { contentType: found } = file.probe
  if (contentType !== null && contentType !== found) {
    throw new Failure('unsupported_media_type', `The file is ${found}, and was said to be ${contentType}.`)
  }
}

/** Parts of it have become another image: what is left of them may still be wanted. */
const isGone = (error: unknown): boolean => isFailure(error) && error.code === 'conflict'

/** Trying again changes nothing; a quota may have room later. */
const isRefusal = (error: unknown): boolean =>
  isFailure(error) &&
  error.status < 500 &&
  !['quota_exceeded', 'rate_limited', 'upload_locked'].includes(error.code)
