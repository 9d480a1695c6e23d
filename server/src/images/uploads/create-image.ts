import { type DuplicatePolicy, Failure, mostTags, type Visibility } from '@rendition/contract'
import { uuidv7, V7Generator } from 'uuidv7'
import type { Deed, Doer } from '../../platform/audit.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { originalKey } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { CountUsage } from '../../platform/usage.ts'
import { itemsDeed, noteAlbum } from '../albums/album-deed.ts'
import { addItems, appendItem } from '../albums/change-items.ts'
import { tellOfAlbum, touchAlbum } from '../albums/create-albums.ts'
import { renditionsJob } from '../job-inputs.ts'
import type { ChangeDeps } from '../library/change-image.ts'
import { tellOfNew } from '../library/tell.ts'
import type { AlbumRecord } from '../store/albums.ts'
import { insertFirstVersion, insertImage, readImage } from '../store/images.ts'
import { insertImportedImage } from '../store/imported-images.ts'
import { shareImage } from '../store/locks.ts'
import type { ImageRecord } from '../store/rows.ts'
import { findSameBytes } from '../store/same-bytes.ts'
import type { OriginalFacts } from '../types.ts'
import { checkQuota, type Quota } from './quota.ts'
import type { ReceivedFile } from './receive-file.ts'
import { linkToKnown, refuseKnown } from './same-bytes.ts'

/** How an image comes, for the audit. */
export interface Came {
  doer: Doer
  via: 'form' | 'upload' | 'direct' | 'guest' | 'import' | 'archive'
  shareId?: string
  jobId?: string
}

export interface NewImageFields {
  originalName: string
  visibility: Visibility
  tags: readonly string[]
  /** Of bytes that are there already; as configured where nothing is said. */
  duplicates?: DuplicatePolicy | undefined
  webhookUrl: string | null
  came: Came
  /** Whether keywords in the file become tags; without, as the configuration says. */
  keywordsAsTags?: boolean | undefined
  /** The album that the image is put into. */
  into?: IntoAlbum
  /** Of one that was somewhere else before. */
  before?: ImageBefore
}

export interface IntoAlbum {
  /** Its id; nothing is held. null where there is none, which `hold` throws of. */
  find(tx: Transaction): Promise<string | null>
  /** Holds it; throws where the image may not be put into it, or not any more. */
  hold(tx: Transaction): Promise<AlbumRecord>
}

/** What an older stack knew of an image. */
export interface ImageBefore {
  /** Its old id or place: taken over once. */
  source: string
  altText: string | null
  uploadedAt: Date | null
}

export interface CreateDeps extends ChangeDeps {
  uploadDuplicates: DuplicatePolicy
  storage: Storage
  quota: Quota
  keywordsAsTags: boolean
  /** Counts pictures that come and renditions that are made, for their owner. */
  countUsage: CountUsage
  /** Told at each step on the way of an upload; a test kills the process there. */
  onStep?: ((step: string) => void) | undefined
}

/**
 * Makes an image of a received file: bytes first, durable under their key, then one transaction with image, version,
 * job and events. A crash in between leaves a blob without a row, which the sweeper removes. The draft is used up.
 */
export async function createImage(
  deps: CreateDeps,
  ownerId: string,
  file: ReceivedFile,
  fields: NewImageFields,
): Promise<{ image: ImageRecord; linked: boolean }> {
  await refuseKnown(deps.db, fields.duplicates ?? deps.uploadDuplicates, ownerId, file.sha256)
  // Lists are in the order of ids: an old image gets its old place.
  const id = idAt(fields.before?.uploadedAt ?? null)
  const image = await storeThenRecord(deps, file, originalKey(id, 1), (tx, original) =>
    recordImage(deps, tx, id, ownerId, original, fields),
  )
  return { image, linked: image.id !== id }
}

const idAt = (at: Date | null): string =>
  at === null ? uuidv7() : new V7Generator().generateOrResetCore(at.getTime(), 0).toString()

/** Commits the draft under its key, then writes the rows; without rows the blob goes again. */
export async function storeThenRecord<T>(
  { db, storage, onStep }: Pick<CreateDeps, 'db' | 'storage' | 'onStep'>,
  file: ReceivedFile,
  key: OriginalFacts['key'],
  record: (tx: Transaction, original: OriginalFacts) => Promise<T>,
): Promise<T> {
  try {
    await file.draft.commit(key, { contentType: file.probe.contentType })
    onStep?.('upload.stored')
    const { probe, size, sha256, said } = file
    let refused = false
    try {
      const recorded = await db.transaction(async (tx) => {
        try {
          return await record(tx, { key, ...probe, size, sha256, ...said })
        } catch (error) {
          refused = true
          throw error
        }
      })
      onStep?.('upload.committed')
      return recorded
    } catch (error) {
      // A commit whose answer was lost may have happened: then the blob has a row. The sweeper knows.
      if (refused) await storage.delete([key]).catch(() => {})
      throw error
    }
  } finally {
    await file.draft.discard()
  }
}

/** As many as an image may have; those that somebody gave come first. */
function tagsOf(
  { keywordsAsTags: always }: Pick<CreateDeps, 'keywordsAsTags'>,
  { metadata }: OriginalFacts,
  { tags, keywordsAsTags = always }: NewImageFields,
): readonly string[] {
  if (!keywordsAsTags || metadata === null) return tags
  return [...new Set([...tags, ...metadata.keywords])].slice(0, mostTags)
}

/** The rows of a new image, its first job and what is told of it; the image that has these bytes already, where that is wished. */
export async function recordImage(
  deps: CreateDeps,
  tx: Transaction,
  id: string,
  ownerId: string,
  original: OriginalFacts,
  fields: NewImageFields,
): Promise<ImageRecord> {
  const policy = fields.duplicates ?? deps.uploadDuplicates
  // Images are held before the quota, behind which equal bytes are looked for once more.
  if (fields.into !== undefined && policy === 'link') {
    const likely = await findSameBytes(tx, ownerId, original.sha256)
    if (likely !== null) await shareImage(tx, likely.id)
  }
  const known = await linkToKnown(tx, policy, ownerId, { id, sha256: original.sha256 })
  if (known !== null) {
    if (fields.before !== undefined) await insertImportedImage(tx, fields.before.source, known.id, ownerId)
    const album = (await fields.into?.hold(tx)) ?? null
    if (album !== null && (await addItems(tx, album, [known.id], null)).length > 0) {
      await touchAlbum(deps, tx, album.id)
      await noteAlbum(deps, tx, fields.came.doer, album, itemsDeed('added', [known.id]))
    }
    return known
  }
  await checkQuota(tx, deps.quota, ownerId, original.size)
  const row = { id, ownerId, original, ...fields, tags: tagsOf(deps, original, fields) }
  await insertImage(tx, row)
  const { before } = fields
  if (before !== undefined) await insertImportedImage(tx, before.source, id, ownerId)
  const [enqueued] = await deps.book.enqueue(tx, [
    { ...renditionsJob(ownerId, id, 1), webhookUrl: fields.webhookUrl },
  ])
  if (enqueued === undefined) throw new Failure('internal')
  await insertFirstVersion(tx, row, enqueued.job.id)
  const image = await readImage(tx, id)
  if (image === null) throw new Failure('internal')
  await tellOfNew(deps, tx, image, fields.webhookUrl)
  const albumId = (await fields.into?.find(tx)) ?? undefined
  await deps.deeds.record(tx, fields.came.doer, madeDeed(image, fields.came, albumId))
  // The album last: whatever else comes into it waits for it until this is on the disk.
  const album = (await fields.into?.hold(tx)) ?? null
  if (album !== null) await tellOfAlbum(deps, tx, await appendItem(tx, album, id), 'album.updated')
  deps.countUsage(ownerId, { uploads: 1, uploadedBytes: original.size })
  return image
}

function madeDeed(image: ImageRecord, { via, shareId, jobId }: Came, albumId: string | undefined): Deed {
  const { id, ownerId, originalName, tags, visibility, current } = image
  const { size, contentType, width, height } = current.original
  return {
    action: 'image.create',
    targetId: id,
    ownerId,
    details: { via, shareId, jobId, albumId, visibility, bytes: size, contentType, width, height },
    words: { originalName, ...(tags.length === 0 ? {} : { tags }) },
  }
}
