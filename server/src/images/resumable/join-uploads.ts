import { Failure, isFailure, isId } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Origin } from '../../platform/audit.ts'
import type { Growth } from '../../platform/storage/index.ts'
import { insertUpload, readUploadsOf, saveGrowth, touchUploads, type UploadRecord } from '../store/uploads.ts'
import type { ResumableDeps } from './deps.ts'
import { eraseUploads } from './erase-uploads.ts'
import { type Finished, finishUpload } from './finish-upload.ts'
import { leaseMs } from './leases.ts'
import { isComplete, uploadsPath } from './own-upload.ts'

/** As long as the header may be in any case. */
const mostParts = 200

export interface JoinRequest {
  ownerId: string
  origin: Origin | undefined
  holder: string
  metadata: string
  /** Said of all the bytes, in hex. */
  sha256: string | null
  /** `Upload-Concat` as it was sent. */
  concat: string
}

/** Makes one upload of complete partial ones, in the order in which they are named, and an image of that. */
export async function joinUploads(
  deps: ResumableDeps,
  request: JoinRequest,
): Promise<Finished & { id: string }> {
  const { db, storage, leases, holdOwner, maxUploadBytes, uploadExpiryMs } = deps
  const { ownerId, holder, metadata } = request
  const parts = await findParts(deps, ownerId, request.concat)
  const length = parts.reduce((sum, { size }) => sum + size, 0)
  if (length > maxUploadBytes) {
    throw new Failure('file_too_large', `A file may have at most ${maxUploadBytes} bytes.`)
  }
  const id = uuidv7()
  const partIds = parts.map((part) => part.id)
  const begun = await storage.growing.begin(id)
  try {
    await db.transaction(async (tx) => {
      await holdOwner(tx, ownerId)
      // The sweep must not take one away in the middle.
      if ((await touchUploads(tx, partIds, uploadExpiryMs)) < partIds.length) {
        throw new Failure('upload_expired', 'One of the partial uploads was not joined in its time.')
      }
      await insertUpload(tx, {
        id,
        ownerId,
        kind: 'final',
        length,
        growth: begun,
        metadata,
        partIds,
        sha256: request.sha256,
        holder,
        leaseMs,
      })
    })
  } catch (error) {
    // A commit whose answer was lost may have happened: then nobody comes, and it expires.
    if (isFailure(error) && error.status < 500) await storage.growing.remove(id)
    throw error
  }
  const held = leases.hold(id, holder, () => {})
  try {
    const keep = async (growth: Growth): Promise<boolean> => {
      if (await saveGrowth(db, id, holder, growth)) return true
      throw new Failure('upload_locked')
    }
    const sources = parts.map((part) => ({ id: part.id, growth: part.growth ?? { size: 0 } }))
    await storage.growing.join(id, begun, sources, keep)
  } catch (error) {
    await eraseFinal(deps, id)
    throw error
  } finally {
    await held.release()
  }
  const finished = await finishUpload(deps, id, holder, request.origin).catch(async (error: unknown) => {
    // Another request may be making it an image now, and the sweep comes after that.
    if (!(isFailure(error) && error.code === 'upload_locked')) await eraseFinal(deps, id)
    throw error
  })
  return { id, ...finished }
}

/** The parts are still there: whoever asks again begins anew, and nothing counts what is left of this. */
async function eraseFinal(deps: ResumableDeps, id: string): Promise<void> {
  await eraseUploads(deps, [id]).catch((error: unknown) =>
    deps.log.warn({ err: error, id }, 'uploads: a joined one is left for the sweep'),
  )
}

async function findParts(
  { db }: Pick<ResumableDeps, 'db'>,
  ownerId: string,
  concat: string,
): Promise<UploadRecord[]> {
  const ids = concat.slice('final;'.length).trim().split(/ +/).map(idIn)
  if (ids.length > mostParts || new Set(ids).size < ids.length) {
    throw faulty(`must name up to ${mostParts} uploads, each once`)
  }
  const found = new Map((await readUploadsOf(db, ownerId, ids)).map((upload) => [upload.id, upload]))
  return ids.map((id) => {
    const part = found.get(id)
    if (part === undefined) throw new Failure('not_found', 'One of the partial uploads is not there.')
    if (part.kind !== 'partial') throw faulty('must name partial uploads')
    if (!isComplete(part)) throw new Failure('conflict', 'One of the partial uploads is not complete.')
    return part
  })
}

/** URLs may be relative, and of any name under which we are reached. A comma would be a list that tus does not have. */
function idIn(url: string): string {
  const [, id = ''] = /^(?:https?:\/\/[^/,]+)?(?:\/[^?#,]*)?\/([^/?#,]+)$/.exec(url) ?? []
  if (url.includes(`${uploadsPath}/`) && isId(id)) return id
  throw faulty('must name uploads by their URLs')
}

function faulty(message: string): Failure {
  return new Failure('invalid_request', undefined, { errors: [{ path: 'Upload-Concat', message }] })
}
