import type { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import { DataStore, Metadata, Upload } from '@tus/server'
import type { Growth } from '../../platform/storage/index.ts'
import { insertLinked } from '../store/linked-uploads.ts'
import { insertUpload, saveGrowth, setLength } from '../store/uploads.ts'
import { checkQuota, checkRoom as checkRoomNow } from '../uploads/quota.ts'
import { archiveLook } from './archives.ts'
import type { ResumableDeps } from './deps.ts'
import { eraseUploads } from './erase-uploads.ts'
import { currentExchange } from './exchange.ts'
import { createEarlyLook } from './judge-early.ts'
import { leaseMs } from './leases.ts'
import { describe } from './metadata.ts'
import { isLinked, ownUpload } from './own-upload.ts'
import { checkRoom } from './reserve.ts'
import { tapped } from './tapped.ts'

/** Bytes of a file that is not looked at before it is there: a slow line sends them in seconds. */
const smallest = 512 * 1024

/** Of tus 1.0, as `Tus-Extension` names them. */
const extensions = [
  'creation',
  'creation-with-upload',
  'creation-defer-length',
  'termination',
  'expiration',
  'checksum',
  'concatenation',
]
/** The library asks for it by this name. */
const asAsked = 'concatentation'

/**
 * Uploads as the protocol's library sees a store of them: rows in the database that say how far each has come, and bytes in
 * the storage. Nothing counts that its row does not say, and the row is written only by who holds it.
 */
export class UploadStore extends DataStore {
  override extensions = extensions
  readonly #deps: ResumableDeps

  constructor(deps: ResumableDeps) {
    super()
    this.#deps = deps
  }

  override hasExtension(name: string): boolean {
    return name === asAsked || super.hasExtension(name)
  }

  override getExpiration(): number {
    return this.#deps.uploadExpiryMs
  }

  override async create(upload: Upload): Promise<Upload> {
    const { db, storage, leases } = this.#deps
    const exchange = currentExchange()
    const { ownerId, shareId, holder, metadata, partial, sha256, body } = exchange
    const unpack = !partial && shareId === null && describe(metadata).unpack
    const { id, size } = upload
    const { linked } = exchange
    if (linked !== null) {
      const length = linked.current.original.size
      await insertLinked(db, {
        id,
        ownerId,
        length,
        metadata,
        imageId: linked.id,
        jobId: linked.current.jobId,
      })
      return upload
    }
    const growth = await storage.growing.begin(id)
    try {
      await db.transaction(async (tx) => {
        await checkRoom(this.#deps, tx, ownerId, {
          bytes: size ?? 0,
          images: partial || unpack ? 0 : 1,
          shareId,
        })
        const kind = partial ? 'partial' : unpack ? 'archive' : 'whole'
        const row = {
          id,
          ownerId,
          kind,
          length: size ?? null,
          growth,
          metadata,
          partIds: [],
          sha256,
          shareId,
          // Nobody knows of it before it is answered.
          holder: body === null ? null : holder,
          leaseMs,
        } as const
        await insertUpload(tx, row)
      })
    } catch (error) {
      // A commit whose answer was lost may have happened: then nobody comes, and it expires.
      if (error instanceof Failure && error.status < 500) await storage.growing.remove(id)
      throw error
    }
    if (body !== null) exchange.held = leases.hold(id, holder, exchange.letGo)
    return upload
  }

  override async getUpload(id: string): Promise<Upload> {
    const exchange = currentExchange()
    exchange.row = await ownUpload(this.#deps.db, exchange.ownerId, id)
    const { length, size, metadata, touchedAt } = exchange.row
    return new Upload({
      id,
      ...(length === null ? {} : { size: length }),
      offset: size,
      ...(metadata === '' ? {} : { metadata: Metadata.parse(metadata) }),
      creation_date: touchedAt.toISOString(),
    })
  }

  override async declareUploadLength(id: string, length: number): Promise<void> {
    const { db, quota } = this.#deps
    const exchange = currentExchange()
    const { ownerId } = exchange
    const { size } = await ownUpload(db, ownerId, id)
    await db.transaction(async (tx) => {
      await checkQuota(tx, quota, ownerId, length - size, 0)
      await setLength(tx, id, length)
    })
    exchange.row = null
  }

  override async write(nothing: Readable, id: string): Promise<number> {
    nothing.resume()
    const { db, storage, rendering, quota, hashes, maxUploadBytes } = this.#deps
    const exchange = currentExchange()
    const { ownerId, holder, checksums, body, wanted } = exchange
    // Read since this request holds it, by `getUpload`; one that it makes was not read yet.
    const row = exchange.held === null ? null : exchange.row
    const upload = row ?? (await ownUpload(db, ownerId, id))
    const { kind, growth, length, imageId } = upload
    // What comes all the same is not read.
    if (isLinked(upload)) return upload.length
    if (growth === null || imageId !== null) throw new Failure('conflict', 'This upload has become an image.')
    if (body === null) return growth.size
    let counted = growth.size
    /** Nothing is reserved for one whose length is not known: it takes what is left, as it comes. */
    const checkLeft = async (size: number): Promise<void> => {
      if (length === null) await checkRoomNow(db, quota, ownerId, { bytes: size - counted, images: 0 })
    }
    await checkLeft(growth.size + 1)
    // Of a partial one it says nothing of the image.
    const running = kind === 'partial' || kind === 'archive' ? null : hashes.take(id, growth.size)
    const most = (length ?? maxUploadBytes) - growth.size
    const tap = tapped(body.body, { most, checksums, running })
    const keep = async (next: Growth, done: boolean): Promise<boolean> => {
      await checkLeft(next.size)
      // With a checksum all of the body counts or nothing of it.
      if (checksums.length > 0 && !done) return false
      tap.verify()
      if (await saveGrowth(db, id, holder, next)) {
        counted = next.size
        return true
      }
      throw new Failure('upload_locked', 'Another request has taken this upload over.')
    }
    // Judged whole in a moment: most photos are this small, and a process would read each of them twice.
    const isSmall = length !== null && length <= smallest
    let refusal: unknown
    let erased = (): void => {}
    const { at, look } = kind === 'archive' ? archiveLook : createEarlyLook(rendering)
    const early = {
      at,
      look: (path: string) =>
        look(path).catch((error: unknown) => {
          // What stops the body ends the library's request, and with it the lease: whatever fails for that comes later.
          refusal = exchange.failure = error
          exchange.erasing = new Promise((resolve) => {
            erased = resolve
          })
          throw error
        }),
    }
    const yieldNow = (): void => body.end()
    wanted?.addEventListener('abort', yieldNow)
    try {
      const options = { keep, early: kind === 'partial' || (kind === 'whole' && isSmall) ? undefined : early }
      const grown = await storage.growing.append(id, growth, tap.chunks, options)
      const { size } = grown
      if (running !== null && size === growth.size + tap.bytes()) hashes.put(id, size, running)
      exchange.complete = kind !== 'partial' && size === length
      if (row !== null) exchange.row = { ...row, size, growth: grown }
      return size
    } catch (error) {
      // The library would say that the body was aborted, which it is by whoever stops reading it.
      exchange.failure = refusal ?? error
      if (refusal === undefined) throw error
      await eraseUploads(this.#deps, [id]).finally(erased)
      throw refusal
    } finally {
      wanted?.removeEventListener('abort', yieldNow)
    }
  }

  override async remove(id: string): Promise<void> {
    await ownUpload(this.#deps.db, currentExchange().ownerId, id)
    await eraseUploads(this.#deps, [id])
  }
}
