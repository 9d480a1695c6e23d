import { Failure } from '@rendition/contract'
import { keptOf, openZip, readEntry } from '../../platform/archives/index.ts'
import type { Originals } from '../../platform/storage/index.ts'

/** The files of a ZIP archive, found by its directory and read one by one; each is held against its CRC. */
export async function openZipFiles(path: string): Promise<Originals> {
  const zip = await openZip(path).catch((cause: unknown) => {
    throw new Error(`${path} is no ZIP archive that can be read.`, { cause })
  })
  const entries = new Map<string, ReturnType<typeof keptOf>>()
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, keptOf(entry))
  }
  return {
    place: path,
    async *list() {
      yield* entries.keys()
    },
    async open(name) {
      const entry = entries.get(name)
      if (entry === undefined) throw new Failure('not_found', 'There is no such file.')
      return readEntry(zip, entry, damaged)
    },
    close: () => zip.close(),
  }
}

const damaged = (cause?: unknown): Failure =>
  new Failure('checksum_mismatch', 'The file is damaged in the archive.', { cause })
