import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import { Metadata } from '@tus/server'
import { uuidv7 } from 'uuidv7'
import type { Principal } from '../../platform/http/principal.ts'
import type { EarlyLook, Growth } from '../../platform/storage/index.ts'
import { describeUpload, insertUpload, saveGrowth } from '../store/uploads.ts'
import { cleanName, refuseLongName } from '../uploads/names.ts'
import { checkNotFull, checkQuota } from '../uploads/quota.ts'
import type { UploadFields } from '../uploads/upload-fields.ts'
import type { ResumableDeps } from './deps.ts'
import { eraseUploads } from './erase-uploads.ts'
import { finishUpload } from './finish-upload.ts'
import { leaseMs } from './leases.ts'
import { checkRoom } from './reserve.ts'
import { tapped } from './tapped.ts'

/** An archive that comes in one request: as an upload of its own, which is unpacked as one by tus is. */
export interface ArchiveSession {
  /** Takes the one file; throws `invalid_request` for another. */
  receive(originalName: string, body: Readable): Promise<void>
  /** Gives the job that unpacks it; throws `file_missing`. */
  finish(fields: UploadFields): Promise<string>
  /** Removes what was not finished; call it always. */
  close(): Promise<void>
}

export interface Archives {
  open(principal: Pick<Principal, 'userId' | 'origin'>, network: string | null): Promise<ArchiveSession>
}

export function createArchives(deps: ResumableDeps): Archives {
  const { db, storage, leases, quota, places, maxUploadBytes } = deps
  return {
    async open({ userId: ownerId, origin }, network) {
      const leave = places.take(ownerId, network)
      const [id, holder] = [uuidv7(), uuidv7()]
      let taken: { size: number; name: string } | null = null
      let finished = false
      try {
        await checkNotFull(db, quota, ownerId, 0)
      } catch (error) {
        leave()
        throw error
      }

      async function take(name: string, body: Readable): Promise<void> {
        const begun = await storage.growing.begin(id)
        await db.transaction(async (tx) => {
          await checkRoom(deps, tx, ownerId, { bytes: 0, images: 0 })
          await insertUpload(tx, {
            id,
            ownerId,
            kind: 'archive',
            length: null,
            growth: begun,
            metadata: Metadata.stringify({ filename: name, unpack: 'true' }),
            partIds: [],
            holder,
            leaseMs,
          })
        })
        const held = leases.hold(id, holder, () => {})
        try {
          const keep = async (growth: Growth): Promise<boolean> => {
            if (await saveGrowth(db, id, holder, growth)) return true
            throw new Failure('upload_locked')
          }
          const { chunks } = tapped(body, { most: maxUploadBytes, checksums: [], running: null })
          const { size } = await storage.growing.append(id, begun, chunks, { keep, early: archiveLook })
          await db.transaction((tx) => checkQuota(tx, quota, ownerId, 0, 0))
          taken = { size, name }
        } finally {
          await held.release()
        }
      }

      return {
        async receive(originalName, body) {
          if (taken !== null) throw new Failure('invalid_request', 'Exactly one archive is expected here.')
          const name = cleanName(originalName)
          refuseLongName(name)
          await take(name, body)
        },
        async finish(fields) {
          if (taken === null) throw new Failure('file_missing')
          const { size: length, name } = taken
          const held = await leases.take(id, holder, () => {})
          try {
            const metadata = metadataOf(name, fields)
            if (!(await describeUpload(db, id, holder, { length, metadata })))
              throw new Failure('upload_locked')
          } finally {
            await held.release()
          }
          const { jobId } = await finishUpload(deps, id, holder, origin)
          if (jobId === null) throw new Failure('internal')
          finished = true
          return jobId
        },
        async close() {
          leave()
          if (!finished) await eraseUploads(deps, [id])
        },
      }
    },
  }
}

/** As if it had come by tus, so that it is read in one way. */
function metadataOf(filename: string, fields: UploadFields): string {
  const { visibility, tags, keywordsAsTags, duplicates, folders, webhookUrl } = fields
  const said = {
    filename,
    unpack: 'true',
    folders,
    visibility,
    tags: JSON.stringify(tags),
    keywordsAsTags: keywordsAsTags === undefined ? undefined : String(keywordsAsTags),
    duplicates,
    webhookUrl: webhookUrl ?? undefined,
  }
  const known = Object.entries(said).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return Metadata.stringify(Object.fromEntries(known))
}

/** What no archive begins with is refused before the rest is sent. */
export const archiveLook: EarlyLook = {
  at: [4],
  async look(path) {
    const handle = await open(path)
    try {
      const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
      const mark = buffer.toString('latin1')
      if (mark !== 'PK\x03\x04' && mark !== 'PK\x05\x06')
        throw new Failure('archive_invalid', 'The file is no ZIP archive.')
    } finally {
      await handle.close()
    }
  },
}
