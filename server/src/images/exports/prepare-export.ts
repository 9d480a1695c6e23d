import { crc32 } from 'node:zlib'
import { Failure, isFailure, savedSearchesLimit } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { LeaseLost } from '../../jobs/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { exportKey } from '../../platform/storage/key.ts'
import {
  type ExportEntry,
  type ExportedAlbum,
  exportedAlbums,
  exportedItems,
  insertEntries,
} from '../store/export-entries.ts'
import { advanceExport, type ExportRecord, readExport } from '../store/exports.ts'
import { countImages, listIdsOf } from '../store/image-lists.ts'
import { readImages } from '../store/images.ts'
import { listSearches, type SearchRecord } from '../store/searches.ts'
import type { ExportDeps } from './deps.ts'
import { type Described, describeImage, describePreset, type WantedFile } from './describe-image.ts'
import {
  type AlbumsLine,
  albumsPartName,
  type ExportHead,
  headName,
  imagesPartName,
  linesOf,
  type SearchesLine,
  searchesName,
} from './format.ts'
import { directoryLine, localHeader } from './zip.ts'

/** Images between two commits: what a restart does again, and what is held in memory of what they say. */
const atOnce = 25
/** Files that are read at the same time. */
const readAtOnce = 4

/** A file that was read to its end. */
interface ReadFile extends WantedFile {
  size: number
  crc: number
  imageId: string | null
}

/**
 * Finds what an export holds and where each byte of its archive will stand: every file is read once, for its CRC, and nothing
 * is copied. What an attempt found stays found, so the next one goes on behind it. What tells of all comes last, in a
 * transaction of the caller's (`write`), which ends the job too.
 */
export async function prepareExport(
  deps: ExportDeps,
  exportId: string,
  signal: AbortSignal,
  progress: (value: number) => void,
): Promise<Placed> {
  let record = await preparing(deps, exportId)
  const { ownerId, selection } = record
  const conditions = selection.query ?? { archived: 'any' as const }
  const total = selection.imageIds?.length ?? (await countImages(deps.db, ownerId, conditions))
  for (let seen = record.images; ; ) {
    signal.throwIfAborted()
    const ids = await nextIds(deps, record, conditions)
    if (ids.length === 0) break
    record = await addImages(deps, record, ids, signal)
    seen += ids.length
    progress(Math.min(0.99, seen / Math.max(1, total)))
  }
  const { afterId, parts, images, leftOut } = record
  const told = tellEnd(deps, record, signal)
  return place(deps, record, { files: [], told, now: { afterId, parts, images, leftOut } })
}

async function preparing({ db }: ExportDeps, exportId: string): Promise<ExportRecord> {
  const record = await readExport(db, exportId)
  if (record === null) throw new Failure('not_found', 'The export was removed.')
  if (record.status !== 'preparing') throw new LeaseLost()
  return record
}

/** The images behind the last one; a query is gone through from the newest image there was when it began. */
async function nextIds(
  { db }: ExportDeps,
  { ownerId, selection, afterId }: ExportRecord,
  conditions: NonNullable<ExportRecord['selection']['query']>,
): Promise<readonly string[]> {
  const { imageIds } = selection
  if (imageIds === undefined) return listIdsOf(db, ownerId, conditions, { before: afterId, limit: atOnce })
  const from = afterId === null ? 0 : imageIds.indexOf(afterId) + 1
  return imageIds.slice(from, from + atOnce)
}

async function addImages(
  deps: ExportDeps,
  record: ExportRecord,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ExportRecord> {
  const { db, view } = deps
  const { pictures, ownerId } = record
  const found = new Map((await readImages(db, ids)).map((image) => [image.id, image]))
  const described: (Described & { id: string })[] = []
  for (const id of ids) {
    const image = found.get(id)
    // Deleted or moved to the trash meanwhile.
    if (image === undefined || image.ownerId !== ownerId || image.trashedAt !== null) continue
    const told =
      pictures === 'original'
        ? await describeImage(db, image)
        : await describePreset(view, db, image, pictures)
    described.push({ id, ...told })
  }
  const wanted = described.flatMap(({ id, files }) => files.map((file) => ({ ...file, imageId: id })))
  const read = await readFiles(deps, wanted, signal)
  const there = new Set(read.map(({ name }) => name))
  const lines: ReturnType<Described['lines']> = []
  let leftOut = 0
  for (const { files, lines: linesWithout } of described) {
    const without = new Set(files.flatMap(({ name }) => (there.has(name) ? [] : [name])))
    lines.push(...linesWithout(without))
    if (without.size > 0 || files.length === 0) leftOut += 1
  }
  const parts = record.parts + (lines.length > 0 ? 1 : 0)
  return keep(deps, record, {
    files: read,
    told: lines.length > 0 ? [{ name: imagesPartName(parts), bytes: linesOf(lines) }] : [],
    now: {
      afterId: ids.at(-1) ?? record.afterId,
      parts,
      images: record.images + described.length,
      leftOut: record.leftOut + leftOut,
    },
  })
}

/** Reads each file for its size and CRC. One that is not there is left out; a storage that is away ends the attempt. */
async function readFiles(
  { storage }: ExportDeps,
  wanted: readonly (WantedFile & { imageId: string })[],
  signal: AbortSignal,
): Promise<ReadFile[]> {
  const readOne = async (file: WantedFile & { imageId: string }): Promise<ReadFile[]> => {
    try {
      let [size, crc] = [0, 0]
      for await (const chunk of (await storage.get(file.storageKey, { signal })) as AsyncIterable<Buffer>) {
        size += chunk.length
        crc = crc32(chunk, crc)
      }
      return [{ ...file, size, crc }]
    } catch (error) {
      if (isFailure(error, 'not_found')) return []
      throw error
    }
  }
  const files: ReadFile[] = []
  for (let at = 0; at < wanted.length; at += readAtOnce) {
    files.push(...(await Promise.all(wanted.slice(at, at + readAtOnce).map(readOne))).flat())
  }
  return files
}

/** A file that we write. */
interface Told {
  name: string
  bytes: Buffer
}

interface Step {
  files: readonly ReadFile[]
  told: Iterable<Told> | AsyncIterable<Told>
  now: Pick<ExportRecord, 'afterId' | 'parts' | 'images' | 'leftOut'>
}

/** Files that have their places in an archive, which nobody knows of yet. */
interface Placed {
  record: ExportRecord
  write(tx: Transaction): Promise<void>
  undo(): Promise<void>
}

/** Gives each file its place, and keeps all of it or nothing. */
async function keep(deps: ExportDeps, record: ExportRecord, step: Step): Promise<ExportRecord> {
  const placed = await place(deps, record, step)
  try {
    await deps.db.transaction((tx) => placed.write(tx))
  } catch (error) {
    await placed.undo()
    throw error
  }
  return placed.record
}

/** Puts what is told into the storage and finds the places; `write` keeps them. */
async function place(
  { storage }: ExportDeps,
  record: ExportRecord,
  { files, told, now }: Step,
): Promise<Placed> {
  const [modifiedAt, written] = [new Date(), [] as ReadFile[]]
  for await (const { name, bytes } of told) {
    // A name of its own: another attempt may write the same part at the same time.
    const key = exportKey(record.id, uuidv7())
    await storage.put(key, bytes, { contentType: 'application/json' })
    const [size, crc] = [bytes.length, crc32(bytes)]
    written.push({ name, storageKey: key, modifiedAt, size, crc, imageId: null })
  }
  let { entries: count, filesBytes, directoryBytes } = record
  const entries: ExportEntry[] = []
  for (const file of [...files, ...written]) {
    const entry = { ...file, startsAt: filesBytes, listedAt: directoryBytes }
    entries.push(entry)
    filesBytes += localHeader(entry).length + entry.size
    directoryBytes += directoryLine(entry).length
    count += 1
  }
  const after: ExportRecord = { ...record, ...now, entries: count, filesBytes, directoryBytes }
  return {
    record: after,
    async write(tx: Transaction): Promise<void> {
      if (!(await advanceExport(tx, record, after))) throw new LeaseLost()
      await insertEntries(tx, record.id, entries)
    },
    undo: () => storage.delete(written.map(({ storageKey }) => storageKey)).catch(() => {}),
  }
}

/** Characters of lines that are held before they are written. */
const partLength = 2 ** 20

/** Albums, part by part, searches, and what is said of the whole. */
async function* tellEnd({ db }: ExportDeps, record: ExportRecord, signal: AbortSignal): AsyncGenerator<Told> {
  const all = record.selection.imageIds === undefined && record.selection.query === undefined
  let lines: AlbumsLine[] = []
  let [albums, parts, length] = [0, 0, 0]
  const part = (): Told => {
    parts += 1
    const told = { name: albumsPartName(parts), bytes: linesOf(lines) }
    lines = []
    length = 0
    return told
  }
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted()
    const page = await exportedAlbums(db, record, { after, all, limit: 100 })
    for (const album of page) {
      const imageIds = await exportedItems(db, record.id, album.id)
      lines.push(albumLine(album))
      for (let at = 0; at < imageIds.length; at += 1_000) {
        lines.push({ is: 'items', imageIds: imageIds.slice(at, at + 1_000) })
      }
      albums += 1
      length += 500 + 40 * imageIds.length
      if (length > partLength) yield part()
    }
    after = page.at(-1)?.id ?? null
    if (page.length < 100) break
  }
  if (lines.length > 0) yield part()
  if (all) {
    const searches = await listSearches(db, record.ownerId, savedSearchesLimit)
    if (searches.length > 0) yield { name: searchesName, bytes: linesOf(searches.map(searchLine)) }
  }
  const head: ExportHead = {
    format: 'rendition-export',
    formatVersion: 1,
    createdAt: record.createdAt.toISOString(),
    pictures: record.pictures,
    images: record.images,
    leftOut: record.leftOut,
    albums,
  }
  yield { name: headName, bytes: Buffer.from(`${JSON.stringify(head, null, 2)}\n`) }
}

const albumLine = (album: ExportedAlbum): AlbumsLine => ({
  is: 'album',
  id: album.id,
  name: album.name,
  description: album.description,
  coverImageId: album.coverId,
  createdAt: album.createdAt.toISOString(),
  updatedAt: album.updatedAt.toISOString(),
})

const searchLine = ({ id, name, q, sort, createdAt, updatedAt }: SearchRecord): SearchesLine => ({
  is: 'search',
  id,
  name,
  q,
  sort,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})
