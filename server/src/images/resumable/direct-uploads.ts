import { type DirectRequest, type DirectUpload, Failure } from '@rendition/contract'
import { Metadata } from '@tus/server'
import { uuidv7 } from 'uuidv7'
import type { Principal } from '../../platform/http/principal.ts'
import type { DirectObjects } from '../../platform/storage/index.ts'
import { insertUpload, saveGrowth, type UploadRecord } from '../store/uploads.ts'
import { refuseKnown } from '../uploads/same-bytes.ts'
import type { ResumableDeps } from './deps.ts'
import { eraseUploads } from './erase-uploads.ts'
import { type Finished, finishUpload } from './finish-upload.ts'
import { leaseMs } from './leases.ts'
import { describe } from './metadata.ts'
import { directUrl, isComplete, ownUpload } from './own-upload.ts'
import { checkRoom } from './reserve.ts'

type Caller = Pick<Principal, 'userId' | 'origin'>

/** Files that clients send to the storage themselves; they become images by the same way as all others. */
export interface DirectUploads {
  begin(ownerId: string, request: DirectRequest): Promise<DirectUpload>
  /** With new links to what is missing. */
  get(ownerId: string, id: string): Promise<DirectUpload>
  /**
   * Looks at all of it, and makes the image. Throws `conflict` while parts are missing. Takes a place as an upload does: the
   * file comes to this machine now.
   */
  complete(doer: Caller, id: string, network: string | null): Promise<Finished>
  giveUp(ownerId: string, id: string): Promise<void>
}

const mebibyte = 1024 ** 2
const leastPartSize = 8 * mebibyte
/** So that an answer stays one of a few hundred kilobytes. */
const mostParts = 500
/** Long enough for a part over a slow line; new ones are had for the asking. */
const linkSeconds = 3_600

export function createDirectUploads(deps: ResumableDeps): DirectUploads {
  const { db, storage, leases, places, maxUploadBytes, uploadExpiryMs } = deps

  function reachable(): DirectObjects {
    const { direct } = storage.growing
    if (direct !== null) return direct
    throw new Failure(
      'conflict',
      'Files cannot be sent to the storage of this installation directly. Send them to /api/uploads or /api/images.',
    )
  }

  async function own(ownerId: string, id: string): Promise<UploadRecord> {
    const upload = await ownUpload(db, ownerId, id)
    if (upload.kind !== 'direct') throw new Failure('not_found')
    if (upload.imageId === null && Date.now() - upload.touchedAt.getTime() > uploadExpiryMs) {
      throw new Failure('upload_expired')
    }
    return upload
  }

  const partsOf = ({ length }: UploadRecord) => {
    const size = length ?? 0
    return { size, partSize: partSizeFor(size) }
  }

  async function viewOf(upload: UploadRecord): Promise<DirectUpload> {
    const { id, growth, imageId, touchedAt } = upload
    if (growth === null || imageId !== null) throw new Failure('conflict', 'This upload has become an image.')
    const parts = partsOf(upload)
    const linksExpireAt = new Date(Date.now() + linkSeconds * 1000).toISOString()
    return {
      id,
      url: directUrl(id),
      completeUrl: `${directUrl(id)}/complete`,
      partSize: parts.partSize,
      parts: isComplete(upload) ? [] : await reachable().links(id, growth, parts, linkSeconds),
      linksExpireAt,
      expiresAt: new Date(touchedAt.getTime() + uploadExpiryMs).toISOString(),
    }
  }

  /** Writes down what is to be put together, unless that was done before. */
  async function gather(upload: UploadRecord): Promise<void> {
    const { id, growth } = upload
    if (growth === null || isComplete(upload)) return
    const gathered = await reachable().gather(id, growth, partsOf(upload))
    if (gathered === null) throw new Failure('conflict', 'Parts of this upload are missing.')
    const holder = uuidv7()
    const held = await leases.take(id, holder, () => {})
    try {
      if (!(await saveGrowth(db, id, holder, gathered))) throw new Failure('upload_locked')
    } finally {
      await held.release()
    }
  }

  return {
    async begin(ownerId, request) {
      const { size } = request
      const direct = reachable()
      if (size > maxUploadBytes) {
        throw new Failure('file_too_large', `A file may have at most ${maxUploadBytes} bytes.`)
      }
      const metadata = metadataOf(request)
      // Refused now, not when all the bytes are there.
      const { duplicates = deps.uploadDuplicates } = describe(metadata)
      if (request.sha256 !== undefined) await refuseKnown(db, duplicates, ownerId, request.sha256)
      const id = uuidv7()
      const growth = await direct.begin(id)
      try {
        await db.transaction(async (tx) => {
          await checkRoom(deps, tx, ownerId, { bytes: size, images: 1 })
          await insertUpload(tx, {
            id,
            ownerId,
            kind: 'direct',
            length: size,
            growth,
            metadata,
            partIds: [],
            sha256: request.sha256 ?? null,
            contentType: request.contentType ?? null,
            // Nobody knows of it before it is answered.
            holder: null,
            leaseMs,
          })
        })
      } catch (error) {
        // A commit whose answer was lost may have happened: then nobody comes, and it expires.
        if (error instanceof Failure && error.status < 500) await storage.growing.remove(id)
        throw error
      }
      return viewOf(await own(ownerId, id))
    },

    get: async (ownerId, id) => viewOf(await own(ownerId, id)),

    async complete({ userId: ownerId, origin }, id, network) {
      const upload = await own(ownerId, id)
      const { imageId, jobId } = upload
      if (imageId !== null) return { imageId, jobId }
      const leave = places.take(ownerId, network)
      try {
        await gather(upload)
        return await finishUpload(deps, id, uuidv7(), origin)
      } finally {
        leave()
      }
    },

    async giveUp(ownerId, id) {
      await own(ownerId, id)
      await eraseUploads(deps, [id])
    },
  }
}

/** A whole number of mebibytes. */
const partSizeFor = (size: number): number =>
  Math.max(leastPartSize, Math.ceil(size / mostParts / mebibyte) * mebibyte)

/** As if it had come by tus, so that it is read in one way. */
function metadataOf(request: DirectRequest): string {
  const { originalName, visibility, tags, keywordsAsTags, duplicates, relativePath, folders, webhookUrl } =
    request
  const said = {
    filename: originalName,
    visibility,
    tags: tags === undefined ? undefined : JSON.stringify(tags),
    keywordsAsTags: keywordsAsTags === undefined ? undefined : String(keywordsAsTags),
    duplicates,
    relativePath,
    folders,
    webhookUrl,
  }
  const known = Object.entries(said).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return Metadata.stringify(Object.fromEntries(known))
}
