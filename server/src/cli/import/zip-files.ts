import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { Failure } from '@rendition/contract'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import type { Originals } from '../../platform/storage/index.ts'

/** What is kept of an entry, of which there may be a million. */
type Known = Pick<
  Entry,
  | 'relativeOffsetOfLocalHeader'
  | 'compressedSize'
  | 'uncompressedSize'
  | 'compressionMethod'
  | 'generalPurposeBitFlag'
  | 'crc32'
>

/** The files of a ZIP archive, found by its directory and read one by one; each is held against its CRC. */
export async function openZip(path: string): Promise<Originals> {
  const zip = await opened(path)
  // What goes wrong is told where it is asked for.
  zip.on('error', () => {})
  const entries = new Map<string, Known>()
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue
    const { relativeOffsetOfLocalHeader, compressedSize, uncompressedSize } = entry
    const { compressionMethod, generalPurposeBitFlag } = entry
    entries.set(entry.fileName, {
      relativeOffsetOfLocalHeader,
      compressedSize,
      uncompressedSize,
      compressionMethod,
      generalPurposeBitFlag,
      crc32: entry.crc32,
    })
  }
  return {
    place: path,
    async *list() {
      yield* entries.keys()
    },
    async open(name) {
      const known = entries.get(name)
      if (known === undefined) throw new Failure('not_found', 'There is no such file.')
      const entry = Object.assign(Object.create(yauzl.Entry.prototype) as Entry, known)
      const stream = await zip.openReadStreamPromise(entry).catch((cause: unknown) => {
        throw damaged(cause)
      })
      return checked(stream, known.crc32)
    },
    close: () => zip.close(),
  }
}

async function opened(path: string): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(path, { lazyEntries: true, autoClose: false })
  } catch (error) {
    throw new Error(`${path} is no ZIP archive that can be read.`, { cause: error })
  }
}

const damaged = (cause?: unknown): Failure =>
  new Failure('checksum_mismatch', 'The file is damaged in the archive.', { cause })

/** Fails at the end of a file that is not the one that was packed. Nothing is read before somebody does. */
function checked(stream: Readable, expected: number): Readable {
  async function* read(): AsyncGenerator<Buffer> {
    let crc = 0
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        crc = crc32(chunk, crc)
        yield chunk
      }
    } catch (cause) {
      throw damaged(cause)
    }
    if (crc !== expected) throw damaged()
  }
  return Readable.from(read(), { objectMode: false }).on('close', () => stream.destroy())
}
