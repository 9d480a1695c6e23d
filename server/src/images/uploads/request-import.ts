import { Failure, type ImportRequest } from '@rendition/contract'
import type { z } from 'zod'
import type { JobBook, JobRecord } from '../../jobs/index.ts'
import type { Database } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { type importInputSchema, workKeyOf } from '../job-inputs.ts'

/** Accepts an address to fetch an image from; what may be reached is judged again when it is. */
export async function requestImport(
  { db, book, storage }: { db: Database; book: JobBook; storage: Storage },
  principal: Principal,
  request: ImportRequest,
): Promise<JobRecord> {
  await storage.checkDiskRoom()
  const input: z.input<typeof importInputSchema> = {
    url: request.url,
    originalName: request.originalName ?? null,
    visibility: request.visibility ?? 'private',
    tags: request.tags ?? [],
    duplicates: request.duplicates,
    ...(request.keywordsAsTags === undefined ? {} : { keywordsAsTags: request.keywordsAsTags }),
  }
  const [enqueued] = await db.transaction((tx) =>
    book.enqueue(tx, [
      {
        ownerId: principal.userId,
        type: 'import',
        imageId: null,
        priority: 'interactive',
        input,
        webhookUrl: request.webhookUrl ?? null,
        workKey: workKeyOf('import', input),
      },
    ]),
  )
  if (enqueued === undefined) throw new Failure('internal')
  return enqueued.job
}
