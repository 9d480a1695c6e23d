import { Failure, type ImportRequest } from '@rendition/contract'
import type { z } from 'zod'
import type { JobBook, JobRecord } from '../../jobs/index.ts'
import type { Deed } from '../../platform/audit.ts'
import type { Database, Deeds } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { type importInputSchema, workKeyOf } from '../job-inputs.ts'
import { checkNotFull, type Quota } from './quota.ts'

type ImportInput = z.input<typeof importInputSchema>

interface ImportDeps {
  db: Database
  book: JobBook
  storage: Storage
  deeds: Deeds
  quota: Quota
}

/** Accepts an address to fetch an image from; what may be reached is judged again when it is. */
export async function requestImport(
  { db, book, storage, deeds, quota }: ImportDeps,
  principal: Principal,
  request: ImportRequest,
): Promise<JobRecord> {
  await storage.checkDiskRoom()
  await checkNotFull(db, quota, principal.userId, 1)
  const input: ImportInput = {
    url: request.url,
    originalName: request.originalName ?? null,
    visibility: request.visibility ?? 'private',
    tags: request.tags ?? [],
    duplicates: request.duplicates,
    ...(request.keywordsAsTags === undefined ? {} : { keywordsAsTags: request.keywordsAsTags }),
  }
  const [enqueued] = await db.transaction(async (tx) => {
    const asked = await book.enqueue(tx, [
      {
        ownerId: principal.userId,
        type: 'import',
        imageId: null,
        priority: 'interactive',
        input,
        webhookUrl: request.webhookUrl ?? null,
        workKey: workKeyOf('import', input),
      },
    ])
    const [first] = asked
    if (first?.created) await deeds.record(tx, principal, deedOf(first.job.id, input))
    return asked
  })
  if (enqueued === undefined) throw new Failure('internal')
  return enqueued.job
}

/** Of the address its host: the rest of it may hold what only its owner is to know. */
function deedOf(jobId: string, { url, originalName, visibility, tags }: ImportInput): Deed {
  return {
    action: 'job.create',
    targetId: jobId,
    details: { type: 'import', visibility },
    words: { host: new URL(url).host, originalName, tags },
  }
}
