import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type Options, type ZipFile } from 'yauzl'

/** Opens a ZIP archive, to be read by its directory until it is closed. Throws what yauzl throws. */
export async function openZip(
  path: string,
  options: Pick<Options, 'decodeStrings' | 'validateEntrySizes'> = {},
): Promise<ZipFile> {
  const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, ...options })
  // What goes wrong is told where it is asked for.
  zip.on('error', () => {})
  return zip
}

/** What its bytes are read by, without its name, fields and comment, of which there may be a million. */
export function keptOf(entry: Entry): Entry {
  const { compressedSize, uncompressedSize, compressionMethod } = entry
  const { relativeOffsetOfLocalHeader, generalPurposeBitFlag, crc32: sum } = entry
  return Object.assign(Object.create(yauzl.Entry.prototype) as Entry, {
    compressedSize,
    uncompressedSize,
    compressionMethod,
    relativeOffsetOfLocalHeader,
    generalPurposeBitFlag,
    crc32: sum,
  })
}

/**
 * The bytes of a file, held against the size and the CRC that the directory tells: what is not the file that was packed
 * fails with what `damaged` gives, at its end at the latest.
 */
export async function readEntry(
  zip: ZipFile,
  entry: Entry,
  damaged: (cause?: unknown) => Error,
): Promise<Readable> {
  const stream = await zip.openReadStreamPromise(entry).catch((cause: unknown) => {
    throw damaged(cause)
  })
  // Told to whoever reads; one who has stopped has no use for it.
  stream.on('error', () => {})
  const checked = Readable.from(bytesOf(stream, entry, damaged), {
    objectMode: false,
    highWaterMark: 256 * 1024,
  })
  // Also of one that nobody began to read.
  return checked.on('close', () => stream.destroy())
}

async function* bytesOf(
  stream: Readable,
  entry: Entry,
  damaged: (cause?: unknown) => Error,
): AsyncGenerator<Buffer> {
  let [bytes, sum] = [0, 0]
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      // The directory's word is what bounds were held against.
      if (bytes > entry.uncompressedSize) break
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (cause) {
    throw damaged(cause)
  }
  if (bytes !== entry.uncompressedSize || sum !== entry.crc32) throw damaged()
}
