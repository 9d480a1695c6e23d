import type { Queryable } from '../../platform/database/port.ts'
import type { UploadRecord } from './uploads.ts'

/** One that is an image already, since its client knew the hash: no byte of it is there, which tells it from those that were sent. */
export async function insertLinked(
  db: Queryable,
  upload: Pick<UploadRecord, 'id' | 'ownerId' | 'metadata' | 'jobId'> & { length: number; imageId: string },
): Promise<void> {
  const { id, ownerId, length, metadata, imageId, jobId } = upload
  await db.query(
    `insert into uploads (id, owner_id, kind, length, metadata, image_id, job_id)
     values ($1, $2, 'whole', $3, $4, $5, $6)`,
    [id, ownerId, length, metadata, imageId, jobId],
  )
}
