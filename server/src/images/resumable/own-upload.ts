import { Failure, isId } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import { readUpload, type UploadRecord } from '../store/uploads.ts'

/** Where uploads are. */
export const uploadsPath = '/api/uploads'
export const uploadUrl = (id: string): string => `${uploadsPath}/${id}`
export const directUrl = (id: string): string => `${uploadsPath}/direct/${id}`

/** Throws `not_found`, for another's as for one that is not there. */
export async function ownUpload(db: Queryable, ownerId: string, id: string): Promise<UploadRecord> {
  const upload = isId(id) ? await readUpload(db, id) : null
  if (upload === null || upload.ownerId !== ownerId) throw new Failure('not_found')
  return upload
}

/** One that tus knows: those that go to the storage have no offset to speak of. */
export async function ownTusUpload(db: Queryable, ownerId: string, id: string): Promise<UploadRecord> {
  const upload = await ownUpload(db, ownerId, id)
  if (upload.kind === 'direct') throw new Failure('not_found')
  return upload
}

/** It was an image before a byte of it was sent. */
export const isLinked = (upload: UploadRecord): upload is UploadRecord & { length: number } =>
  upload.imageId !== null && upload.size === 0 && upload.length !== null

/** All its bytes are there. */
export const isComplete = ({ length, size }: UploadRecord): boolean => length !== null && size === length
