import type { Export } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { ExportSigner } from '../../platform/signing/index.ts'
import type { TellDeps } from '../library/tell.ts'
import type { ExportRecord } from '../store/exports.ts'
import { endLength } from './zip.ts'

/** What the directory of an archive is. */
export const directoryOf = ({ entries, filesBytes, directoryBytes }: ExportRecord) => ({
  entries,
  startsAt: filesBytes,
  size: directoryBytes,
})

/** Bytes of a whole archive. */
export const archiveSize = (record: ExportRecord): number =>
  record.filesBytes + record.directoryBytes + endLength(directoryOf(record))

/** A link that is passed on or left in a log is good for so long, and another is had for the asking. */
const linkMs = 6 * 60 * 60_000

const linkUntil = (expiresAt: Date): Date => new Date(Math.min(expiresAt.getTime(), Date.now() + linkMs))

/** An export as its owner is shown it; without a signer nobody is given a URL. */
export function viewExport(record: ExportRecord, signer: Pick<ExportSigner, 'exportUrl'> | null): Export {
  const { selection, expiresAt } = record
  const isReady = record.status === 'ready'
  return {
    id: record.id,
    status: record.status,
    of: selection.imageIds ? 'selection' : selection.query ? 'query' : 'everything',
    pictures: record.pictures,
    imageCount: record.images,
    leftOut: record.leftOut,
    size: isReady ? archiveSize(record) : null,
    jobId: record.jobId,
    errorMessage: record.errorMessage,
    url:
      isReady && expiresAt !== null && signer !== null
        ? signer.exportUrl(record.id, linkUntil(expiresAt))
        : null,
    createdAt: record.createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}

/** Tells of an export as it now is. A URL of a whole library goes to nobody but who asks for it. */
export async function tellOfExport(
  { book }: Pick<TellDeps, 'book'>,
  tx: Transaction,
  record: ExportRecord,
  type: 'export.created' | 'export.ready' | 'export.failed',
): Promise<void> {
  const data = { ...viewExport(record, null) }
  await book.emit(tx, [{ type, ownerId: record.ownerId, imageId: null, data }])
}
