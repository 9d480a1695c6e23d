import type { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { keptOf, openZip, readEntry } from '../../platform/archives/index.ts'

/** What is unpacked at most. */
export interface ArchiveBounds {
  maxArchiveEntries: number
  maxArchiveBytes: number
}

/** A file in an archive. */
export interface ArchiveFile {
  /** With its folders, `/` between them. */
  path: string
  /** Why it is refused before it is read; null where it is read. */
  refusal: Failure | null
  /** Its bytes, held against the size and the CRC that the archive says; fails with `entry_damaged`. */
  read(): Promise<Readable>
}

export interface OpenArchive {
  files: readonly ArchiveFile[]
  close(): void
}

/** More than this many times its packed size is no picture but a trap, where it is more than a mebibyte. */
const mostDense = 1_000
const freeBytes = 1024 ** 2
const longestPath = 1_024
/** Names, extra fields and comments of all entries: a directory of more is no archive of pictures. */
const mostWords = 16 * 1024 ** 2

/**
 * Opens a ZIP archive by its central directory, which is read whole and judged before anything is unpacked. Folders, hidden
 * files and what macOS puts beside files are no files of it.
 * Throws `archive_invalid`, and `archive_too_large` for more entries or bytes than are unpacked.
 */
export async function openArchive(path: string, bounds: ArchiveBounds): Promise<OpenArchive> {
  const zip = await opening(path)
  try {
    const { entryCount } = zip
    if (entryCount > bounds.maxArchiveEntries) throw tooMany(bounds)
    const files: ArchiveFile[] = []
    let [seen, bytes, words] = [0, 0, 0]
    for await (const entry of zip.eachEntry()) {
      seen += 1
      if (seen > bounds.maxArchiveEntries) throw tooMany(bounds)
      bytes += entry.uncompressedSize
      if (bytes > bounds.maxArchiveBytes)
        throw new Failure('archive_too_large', `An archive may unpack to ${bounds.maxArchiveBytes} bytes.`)
      words += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
      if (words > mostWords)
        throw new Failure(
          'archive_too_large',
          `Names and comments of an archive may have ${mostWords} bytes.`,
        )
      const name = nameOf(entry)
      if (!isBeside(name)) files.push(fileOf(zip, entry, name))
    }
    return { files, close: () => zip.close() }
  } catch (error) {
    zip.close()
    throw error instanceof Failure ? error : invalid(error)
  }
}

const opening = (path: string): Promise<ZipFile> =>
  // Names and sizes are judged here, so that one file is refused and not the whole archive.
  openZip(path, { decodeStrings: false, validateEntrySizes: false }).catch((error: unknown) => {
    throw invalid(error)
  })

const invalid = (cause: unknown): Failure => new Failure('archive_invalid', undefined, { cause })
const damaged = (cause?: unknown): Failure => new Failure('entry_damaged', undefined, { cause })
const tooMany = ({ maxArchiveEntries }: ArchiveBounds): Failure =>
  new Failure('archive_too_large', `An archive may have ${maxArchiveEntries} entries.`)

/** Many programs write UTF-8 without saying so; what is none is of the code page that the format began with. */
function nameOf(entry: Entry): string {
  const bytes = entry.fileName as unknown as Buffer
  // Too long in any encoding: enough to say so.
  if (bytes.length > 3 * longestPath) return bytes.toString('latin1', 0, longestPath + 1)
  try {
    const plain = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const said = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, bytes, entry.extraFields, true)
    return said === plain || isMarked(entry, said) ? said : plain
  } catch {
    return yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, bytes, entry.extraFields, true)
  }
}

/** A name in a field of its own stands for another one in the header. */
const isMarked = ({ extraFields }: Entry, said: string): boolean =>
  extraFields.some(({ id, data }) => id === 0x7075 && data.subarray(5).toString('utf8') === said)

/** Folders, hidden files, and what no person put there. */
const isBeside = (name: string): boolean =>
  name.endsWith('/') ||
  name.split('/').some((part) => (part.startsWith('.') && !/^\.+$/.test(part)) || part === '__MACOSX') ||
  /(^|\/)(thumbs\.db|desktop\.ini)$/i.test(name)

function fileOf(zip: ZipFile, whole: Entry, path: string): ArchiveFile {
  const entry = keptOf(whole)
  return {
    // A slice would keep all of it.
    path: path.length <= longestPath ? path : Buffer.from(path.slice(0, longestPath)).toString(),
    refusal: refusalOf(entry, path),
    read: () => readEntry(zip, entry, damaged),
  }
}

function refusalOf(entry: Entry, path: string): Failure | null {
  if (path.length > longestPath || yauzl.validateFileName(path) !== null || path.includes('\0'))
    return new Failure('entry_unsafe')
  // Strong encryption hides the method behind one of its own.
  if (entry.isEncrypted() || entry.compressionMethod === 99) return new Failure('entry_encrypted')
  if (/\.(zip|7z|rar|tar|tgz|gz|bz2|xz)$/i.test(path)) return new Failure('entry_nested')
  if (!entry.canDecodeFileData()) return damaged()
  const { compressedSize, uncompressedSize } = entry
  if (uncompressedSize > freeBytes && uncompressedSize > compressedSize * mostDense)
    return new Failure('archive_too_large', `A file may unpack to ${mostDense} times its packed size.`)
  return null
}
