import { type Export, type exportRequestSchema, exportsLimit, Failure, type Page } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { z } from 'zod'
import { jobCancelledTopic } from '../../jobs/index.ts'
import type { Deed, Doer } from '../../platform/audit.ts'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { checkMatch, isNotModified, OutOfRange, rangeOf } from '../../platform/http/conditions.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import type { ResultClaim } from '../../platform/signing/index.ts'
import { exportPrefix } from '../../platform/storage/key.ts'
import { ownAlbum } from '../albums/own-album.ts'
import type { exportInputSchema } from '../job-inputs.ts'
import { inTheTrash, noSuchImage } from '../library/access.ts'
import { removePrefix } from '../library/delete-image.ts'
import { noteRemoval } from '../store/blobs.ts'
import { lacksImages } from '../store/export-entries.ts'
import {
  countExports,
  deleteExport,
  type ExportRecord,
  findExports,
  insertExport,
  listExportsOf,
  readExport,
} from '../store/exports.ts'
import { readImages } from '../store/images.ts'
import type { ExportDeps } from './deps.ts'
import { archiveSize, tellOfExport, viewExport } from './export-view.ts'
import { readArchive } from './read-archive.ts'

/** What a client says of the part that it wants. */
export interface ArchiveRequest {
  head: boolean
  range?: string | undefined
  ifRange?: string | undefined
  ifMatch?: string | undefined
  ifNoneMatch?: string | undefined
  network: string
}

/** An archive, or the part that was asked for. */
export interface Archive {
  status: 200 | 206 | 304
  headers: Record<string, string>
  body: AsyncGenerator<Buffer> | null
  /** Call it when the answer is over, sent or not. */
  leave(): void
}

/** Archives of what an account has, prepared by a job and given out in any ranges. */
export interface Exports {
  list(principal: Principal, query: { limit: number; cursor?: string | undefined }): Promise<Page<Export>>
  get(principal: Principal, id: string): Promise<Export>
  create(principal: Principal, request: z.output<typeof exportRequestSchema>): Promise<Export>
  /** Removes it, finished or not, with every URL of it. */
  remove(principal: Principal, id: string): Promise<void>
  /** By its owner, or by its signed URL. Throws `conflict` while it is no whole archive, or not any more. */
  open(
    caller: Principal | ResultClaim,
    id: string,
    request: ArchiveRequest,
    signal: AbortSignal,
  ): Promise<Archive>
}

export function createExports(deps: ExportDeps): Exports {
  const { db, book, deeds, signer, view } = deps
  return {
    async list(principal, query) {
      const page = { before: cursorOf(query), limit: query.limit + 1 }
      return pageOf(await listExportsOf(db, principal.userId, page), query.limit, (record) =>
        viewExport(record, signer),
      )
    },
    get: async (principal, id) => viewExport(await ownExport(db, principal, id), signer),
    async create(principal, { imageIds, query, pictures }) {
      if (pictures !== 'original' && !view.presets().presets.has(pictures)) {
        throw new Failure('invalid_request', undefined, {
          errors: [{ path: 'pictures', message: `there is no preset ${pictures}` }],
        })
      }
      const [id, ownerId] = [uuidv7(), principal.userId]
      if (query?.album !== undefined) await ownAlbum(db, { userId: ownerId, role: 'user' }, query.album)
      const selection = { ...(imageIds && { imageIds: [...new Set(imageIds)] }), ...(query && { query }) }
      if (selection.imageIds) await refuseStrange(db, ownerId, selection.imageIds)
      const input: z.input<typeof exportInputSchema> = { exportId: id }
      const record = await db.transaction(async (tx) => {
        const [enqueued] = await book.enqueue(tx, [
          // A selection is waited for; a whole library must not stand in front of anybody's pictures.
          {
            ownerId,
            type: 'export',
            imageId: null,
            priority: imageIds ? 'interactive' : 'bulk',
            input,
            workKey: null,
          },
        ])
        if (enqueued === undefined) throw new Failure('internal')
        if ((await countExports(tx, ownerId)) >= exportsLimit) {
          throw new Failure(
            'quota_exceeded',
            `An account may have ${exportsLimit} exports at a time. Remove one first.`,
          )
        }
        await insertExport(tx, { id, ownerId, jobId: enqueued.job.id, pictures, selection })
        const made = await readExport(tx, id)
        if (made === null) throw new Failure('internal')
        await tellOfExport(deps, tx, made, 'export.created')
        await deeds.record(tx, principal, madeDeed(made))
        return made
      })
      return viewExport(record, signer)
    },
    async remove(principal, id) {
      await removeExport(deps, await ownExport(db, principal, id), principal)
    },
    async open(caller, id, request, signal) {
      if (!('userId' in caller)) signer.verifyExport(id, caller)
      const found = await readExport(db, id)
      const record = 'userId' in caller ? allowed(caller, found) : there(found)
      // A signed URL outlasts the credential that it was asked with, and must not outlast the account's.
      if (!(await deps.isAccountOpen(db, record.ownerId)))
        throw new Failure('not_found', 'There is no such export.')
      if (record.status !== 'ready') {
        throw new Failure(
          'conflict',
          record.status === 'failed' ? 'The export failed. Make another.' : 'The export is not ready yet.',
        )
      }
      const size = archiveSize(record)
      // What an archive holds never changes once it is ready.
      const etag = `"export-${id}"`
      checkMatch(request, etag)
      const headers: Record<string, string> = {
        etag,
        'accept-ranges': 'bytes',
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="rendition-${record.createdAt.toISOString().slice(0, 10)}.zip"`,
      }
      if (isNotModified(request, etag, null))
        return { status: 304, headers: { etag }, body: null, leave: () => {} }
      const range = request.head ? null : rangeOf(request, size, etag)
      if (range === 'unsatisfiable') {
        throw new Failure('range_not_satisfiable', `The archive has ${size} bytes.`, {
          cause: new OutOfRange(size),
        })
      }
      const span = range ?? { start: 0, end: size - 1 }
      if (await lacksImages(db, id, span.start)) throw outdated()
      headers['content-length'] = String(span.end - span.start + 1)
      if (range !== null) headers['content-range'] = `bytes ${span.start}-${span.end}/${size}`
      const status = range === null ? 200 : 206
      if (request.head) return { status, headers, body: null, leave: () => {} }
      const leave = deps.downloads.take(record.ownerId, request.network)
      return {
        status,
        headers,
        body: whileOpen(deps, record, readArchive(deps, record, span, signal)),
        leave,
      }
    },
  }
}

const lookEveryMs = 2_000

/** A download that goes on for hours ends with the account's right to it. */
async function* whileOpen(
  { db, isAccountOpen }: Pick<ExportDeps, 'db' | 'isAccountOpen'>,
  { ownerId }: ExportRecord,
  body: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let lookedAt = performance.now()
  for await (const chunk of body) {
    if (performance.now() - lookedAt >= lookEveryMs) {
      lookedAt = performance.now()
      if (!(await isAccountOpen(db, ownerId))) throw new Error('the account of this export is disabled')
    }
    yield chunk
  }
}

export const outdated = (): Failure =>
  new Failure(
    'conflict',
    'A picture in this export was deleted or moved to the trash since it was made. Make the export anew.',
  )

const there = (record: ExportRecord | null): ExportRecord => {
  if (record === null) throw new Failure('not_found', 'There is no such export.')
  return record
}

/** Nobody but its owner: an administrator may end what others have, and not take their library along. */
const allowed = (principal: Principal, record: ExportRecord | null): ExportRecord =>
  there(record?.ownerId === principal.userId ? record : null)

const ownExport = async (db: Queryable, principal: Principal, id: string): Promise<ExportRecord> =>
  allowed(principal, await readExport(db, id))

async function refuseStrange(db: Queryable, ownerId: string, imageIds: readonly string[]): Promise<void> {
  const found = new Map((await readImages(db, imageIds)).map((image) => [image.id, image]))
  for (const id of imageIds) {
    const image = found.get(id)
    if (image === undefined || image.ownerId !== ownerId) throw noSuchImage()
    if (image.trashedAt !== null) throw inTheTrash()
  }
}

type RemoveDeps = Pick<ExportDeps, 'db' | 'storage' | 'book' | 'bus' | 'deeds' | 'log'>

/** `doer` where somebody asked for it. The job first, as it is locked by whoever ends it; then the rows and a note of the bytes, then the bytes. */
async function removeExport(deps: RemoveDeps, record: ExportRecord, doer: Doer | null): Promise<void> {
  const { db, book, bus, deeds, log } = deps
  const { id, ownerId, jobId } = record
  const cancelled = await db.transaction(async (tx: Transaction) => {
    const wasRunning = await book.cancel(tx, jobId)
    if (await deleteExport(tx, id)) {
      await noteRemoval(tx, exportPrefix(id))
      await book.emit(tx, [{ type: 'export.deleted', ownerId, imageId: null, data: { id } }])
      if (doer !== null) await deeds.record(tx, doer, goneDeed(record))
    }
    return wasRunning
  })
  try {
    if (cancelled) await bus.publish(jobCancelledTopic, { jobId })
    await removePrefix(deps, exportPrefix(id))
  } catch (error) {
    log.warn({ err: error, exportId: id }, 'images: what an export said is left for the sweeper')
  }
}

/** Those whose time is over, or all of an account that ends. */
export async function removeExports(
  deps: RemoveDeps,
  which: { ownerId: string } | 'expired',
): Promise<number> {
  for (let count = 0; ; ) {
    const found = await findExports(deps.db, which, 20)
    for (const record of found) await removeExport(deps, record, null)
    count += found.length
    if (found.length < 20) return count
  }
}

const madeDeed = ({ id, pictures, selection: { imageIds, query } }: ExportRecord): Deed => ({
  action: 'export.create',
  targetId: id,
  details: {
    pictures,
    of: imageIds ? 'selection' : query ? 'query' : 'everything',
    ...(imageIds ? { images: imageIds.length, imageIds } : {}),
  },
  words: query ? { query } : {},
})

const goneDeed = ({ id, status, pictures, images }: ExportRecord): Deed => ({
  action: 'export.delete',
  targetId: id,
  details: { status, pictures, images },
})
