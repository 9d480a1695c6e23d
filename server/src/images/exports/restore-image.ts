import type { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import { parseRecipe } from '@rendition/contract/recipe'
import { uuidv7 } from 'uuidv7'
import { theService } from '../../platform/audit.ts'
import { UniqueViolation } from '../../platform/database/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { imagePrefix, type StorageKey, storageKey } from '../../platform/storage/key.ts'
import { renditionsJob } from '../job-inputs.ts'
import { tellOf } from '../library/tell.ts'
import { isBeingRemoved } from '../store/blobs.ts'
import { readImage } from '../store/images.ts'
import { insertRestored } from '../store/restored-images.ts'
import { insertVersion, setVersionState } from '../store/versions.ts'
import type { Asset, OriginalFacts } from '../types.ts'
import type { CreateDeps } from '../uploads/create-image.ts'
import { checkQuota } from '../uploads/quota.ts'
import { type ReceiveDeps, receiveFile } from '../uploads/receive-file.ts'
import type { ImageLine, OriginalLine, VersionLine } from './format.ts'

export type RestoreDeps = ReceiveDeps & CreateDeps

/** An image as an export tells of it. */
export interface ExportedImage {
  image: ImageLine
  originals: readonly OriginalLine[]
  versions: readonly VersionLine[]
}

export interface RestoreRequest {
  ownerId: string
  exported: ExportedImage
  /** A file of the archive, by its name. */
  open: (name: string) => Promise<Readable>
  signal: AbortSignal
}

/**
 * Makes an image as it was where it was exported, under its own id, with its originals, its history and what was said of it.
 * Files go through the gate of every upload and must be those that were exported; the rest is made of them again. Gives
 * `known` for one that is here from an earlier run. Throws `conflict` for an id that is another's, `digest_mismatch`,
 * `quota_exceeded` and what a file is refused for.
 */
export async function restoreImage(
  deps: RestoreDeps,
  { ownerId, exported, open, signal }: RestoreRequest,
): Promise<'restored' | 'known'> {
  const { db, storage } = deps
  const { image } = exported
  if (await isKnown(deps, ownerId, image.id)) return 'known'
  if (await isBeingRemoved(db, imagePrefix(image.id))) {
    throw new Failure(
      'conflict',
      'An image with this id was deleted here and is still being removed. Run it again in a few minutes.',
    )
  }
  judge(exported)
  // Names of its own: a second run at the same time, or the same image told of twice, writes and removes nothing of this one.
  const run = uuidv7()
  const written: StorageKey[] = []
  let refused = true
  try {
    const originals = new Map<number, OriginalFacts>()
    for (const original of exported.originals) {
      const key = storageKey('images', image.id, `original-${original.of}-${run}`)
      written.push(key)
      originals.set(original.of, await bring(deps, await open(fileOf(original)), key, original, signal))
    }
    const assets = new Map<string, StorageKey>()
    for (const { digest, file } of exported.versions.flatMap((version) => version.assets)) {
      if (assets.has(digest)) continue
      const key = storageKey('images', image.id, 'assets', `${digest}-${run}`)
      written.push(key)
      await bring(deps, await open(fileOf({ file })), key, null, signal)
      assets.set(digest, key)
    }
    await db.transaction(async (tx) => {
      await record(deps, tx, ownerId, exported, { originals, assets })
      refused = false
    })
    return 'restored'
  } catch (error) {
    // A commit whose answer was lost may have happened: then the files have rows. The sweeper knows.
    if (refused) await storage.delete(written).catch(() => {})
    if (error instanceof UniqueViolation && (await isKnown(deps, ownerId, image.id))) return 'known'
    throw error
  }
}

/** Whether the account has it already. Throws `conflict` where it is another's. */
async function isKnown({ db }: RestoreDeps, ownerId: string, imageId: string): Promise<boolean> {
  const there = await readImage(db, imageId)
  if (there === null || there.ownerId === ownerId) return there !== null
  throw new Failure('conflict', 'There is an image with this id here already.')
}

/** Whether it holds together: what its versions name is there. */
function judge({ image, originals, versions }: ExportedImage): void {
  const numbers = new Set(versions.map(({ version }) => version))
  const brought = new Set(originals.map(({ of }) => of))
  const isWhole =
    numbers.size === versions.length &&
    brought.size === originals.length &&
    numbers.has(image.version) &&
    image.redo.every((n) => numbers.has(n)) &&
    versions.every(
      ({ version, parent, original }) =>
        version <= image.lastVersion &&
        (parent === null || numbers.has(parent)) &&
        brought.has(original) &&
        original <= version,
    )
  if (!isWhole)
    throw new Failure('invalid_request', 'What the export says of this image does not hold together.')
}

function fileOf({ file }: { file: string | null }): string {
  if (file === null) throw new Failure('file_missing', 'The export tells of this image without its file.')
  return file
}

/** Takes a file in under its key; where it is an original, as the bytes that were exported. */
async function bring(
  deps: RestoreDeps,
  body: Readable,
  key: StorageKey,
  wanted: { sha256: string } | null,
  signal: AbortSignal,
): Promise<OriginalFacts> {
  try {
    const { draft, probe, size, sha256, said } = await receiveFile(deps, body, signal, false)
    try {
      if (wanted !== null && wanted.sha256 !== sha256) {
        throw new Failure('digest_mismatch', 'The file is not the one that was exported.')
      }
      await draft.commit(key, { contentType: probe.contentType })
      return { key, ...probe, size, sha256, ...said }
    } finally {
      await draft.discard()
    }
  } finally {
    body.destroy()
  }
}

/** Files that lie under their keys. */
interface Brought {
  /** By the version that brought them. */
  originals: ReadonlyMap<number, OriginalFacts>
  /** By their digest. */
  assets: ReadonlyMap<string, StorageKey>
}

async function record(
  deps: RestoreDeps,
  tx: Transaction,
  ownerId: string,
  { image, versions }: ExportedImage,
  { originals, assets }: Brought,
): Promise<void> {
  const bytes = [...originals.values()].reduce((sum, { size }) => sum + size, 0)
  await checkQuota(tx, deps.quota, ownerId, bytes)
  const originalOf = (n: number): OriginalFacts => {
    const original = originals.get(n)
    if (original === undefined) throw new Failure('internal')
    return original
  }
  const current = versions.find(({ version }) => version === image.version)
  await insertRestored(tx, {
    ...image,
    ownerId,
    size: originalOf(current?.original ?? 0).size,
    createdAt: image.uploadedAt,
  })
  for (const version of versions.toSorted((one, other) => one.version - other.version)) {
    const laidOver: Asset[] = version.assets.map(({ imageId, digest }) => {
      const key = assets.get(digest)
      if (key === undefined) throw new Failure('internal')
      return { imageId, digest, storageKey: key }
    })
    await insertVersion(tx, {
      ...version,
      imageId: image.id,
      original: originalOf(version.original),
      recipe: version.recipe === null ? null : parseRecipe(version.recipe),
      assets: laidOver,
      status: 'pending',
      placeholder: null,
    })
  }
  // Every version had its renditions, so that undo and redo show at once what they lead to.
  for (const { version } of versions) {
    const priority = version === image.version ? 'interactive' : 'bulk'
    const [enqueued] = await deps.book.enqueue(tx, [
      { ...renditionsJob(ownerId, image.id, version), priority },
    ])
    if (enqueued === undefined) throw new Failure('internal')
    await setVersionState(tx, image.id, version, { status: 'pending', jobId: enqueued.job.id })
  }
  const made = await readImage(tx, image.id)
  if (made === null) throw new Failure('internal')
  await tellOf(deps, tx, made, ['image.created', 'upload.complete'])
  deps.countUsage(ownerId, { uploads: 1, uploadedBytes: bytes })
  const details = { via: 'export', visibility: made.visibility, versions: versions.length, bytes }
  const words = { originalName: made.originalName, ...(made.tags.length === 0 ? {} : { tags: made.tags }) }
  await deps.deeds.record(tx, theService, {
    action: 'image.create',
    targetId: image.id,
    ownerId,
    details,
    words,
  })
}
