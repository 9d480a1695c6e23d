import type { Upload } from '@rendition/contract'
import type { UploadRecord } from '../store/uploads.ts'
import type { Finished } from './finish-upload.ts'
import { describe } from './metadata.ts'
import { directUrl, isLinked, uploadUrl } from './own-upload.ts'

/** What an upload became, as the protocol's answers say it. */
export const headersOf = ({ imageId, jobId }: Finished): Record<string, string> => ({
  ...(imageId === null ? {} : { 'x-image-id': imageId }),
  ...(jobId === null ? {} : { 'x-job-id': jobId }),
})

/** What the library does not say of an upload. */
export function aboutOf(upload: UploadRecord): Record<string, string> {
  const { kind, partIds, imageId, jobId, metadata } = upload
  const concat = kind === 'partial' ? 'partial' : `final;${partIds.map(uploadUrl).join(' ')}`
  return {
    // As it was sent: the library reads values as UTF-8 and writes them anew, which changes others.
    ...(metadata === '' ? {} : { 'upload-metadata': metadata }),
    ...(kind === 'whole' || kind === 'archive' ? {} : { 'upload-concat': concat }),
    ...(isLinked(upload) ? { 'upload-offset': `${upload.length}` } : {}),
    ...headersOf({ imageId, jobId }),
  }
}

/** As the list shows it. */
export function viewOf(row: UploadRecord, expiryMs: number): Upload {
  const { originalName, visibility } = describe(row.metadata)
  return {
    id: row.id,
    url: row.kind === 'direct' ? directUrl(row.id) : uploadUrl(row.id),
    kind: row.kind,
    originalName,
    visibility,
    offset: row.size,
    length: row.length,
    createdAt: row.createdAt.toISOString(),
    expiresAt: new Date(row.touchedAt.getTime() + expiryMs).toISOString(),
  }
}
