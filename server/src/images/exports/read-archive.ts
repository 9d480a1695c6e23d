import type { Span } from '../../platform/http/conditions.ts'
import { readEntries } from '../store/export-entries.ts'
import type { ExportRecord } from '../store/exports.ts'
import type { ExportDeps } from './deps.ts'
import { directoryOf } from './export-view.ts'
import { archiveEnd, directoryLine, localHeader } from './zip.ts'

/** Entries that are known at a time. */
const pageSize = 500

/**
 * The bytes of an archive from one place to another, file by file: what is held is one page of entries and what a client has
 * not taken yet. Throws where a file is not what it was, which ends the download.
 */
export async function* readArchive(
  deps: Pick<ExportDeps, 'db' | 'storage'>,
  record: ExportRecord,
  { start, end }: Span,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { filesBytes, directoryBytes } = record
  const directoryEnd = filesBytes + directoryBytes
  if (start < filesBytes) yield* readFiles(deps, record.id, start, Math.min(end, filesBytes - 1), signal)
  if (end >= filesBytes && start < directoryEnd) {
    const from = Math.max(0, start - filesBytes)
    yield* readDirectory(deps, record.id, from, Math.min(end, directoryEnd - 1) - filesBytes, signal)
  }
  if (end >= directoryEnd) yield* cut(archiveEnd(directoryOf(record)), directoryEnd, start, end)
}

/** What of some bytes at a place lies within bounds, both inclusive. */
function* cut(bytes: Buffer, at: number, start: number, end: number): Generator<Buffer> {
  const part = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at + 1))
  if (part.length > 0) yield part
}

async function* readFiles(
  { db, storage }: Pick<ExportDeps, 'db' | 'storage'>,
  exportId: string,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let place = start; place <= end; ) {
    const entries = await readEntries(db, exportId, 'files', place, pageSize)
    if (entries.length === 0) throw new Error('an archive without the entries that it was made of')
    for (const entry of entries) {
      if (place > end) return
      if (entry.gone) throw new Error('a picture of the archive is not there any more')
      const header = localHeader(entry)
      yield* cut(header, entry.startsAt, place, end)
      const dataAt = entry.startsAt + header.length
      const first = Math.max(0, place - dataAt)
      const last = Math.min(entry.size - 1, end - dataAt)
      place = dataAt + entry.size
      if (last < first) continue
      const stream = await storage.get(entry.storageKey, { range: { start: first, end: last }, signal })
      let sent = 0
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        sent += chunk.length
        if (sent > last - first + 1) break
        yield chunk
      }
      if (sent !== last - first + 1) throw new Error('a file of the archive has another length than it had')
    }
  }
}

async function* readDirectory(
  { db }: Pick<ExportDeps, 'db'>,
  exportId: string,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let place = start; place <= end; ) {
    signal.throwIfAborted()
    const entries = await readEntries(db, exportId, 'directory', place, pageSize)
    if (entries.length === 0) throw new Error('a directory without the entries that it was made of')
    const lines = entries.map(directoryLine)
    const [first] = entries
    yield* cut(Buffer.concat(lines), first?.listedAt ?? 0, place, end)
    const last = entries.at(-1)
    place = (last?.listedAt ?? 0) + (lines.at(-1)?.length ?? 0)
  }
}
