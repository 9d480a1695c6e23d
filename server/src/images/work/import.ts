import { uuidv7 } from 'uuidv7'
import type { Attempt } from '../../jobs/index.ts'
import { originalKey } from '../../platform/storage/key.ts'
import { importInputSchema } from '../job-inputs.ts'
import { originalETag } from '../renditions/etag.ts'
import { recordImage, storeThenRecord } from '../uploads/create-image.ts'
import { nameInAddress } from '../uploads/names.ts'
import { checkNotFull } from '../uploads/quota.ts'
import { fetchPicture } from './fetch-picture.ts'
import { completeJob, resultOf } from './job-results.ts'
import type { WorkDeps } from './work-plan.ts'

/** Fetches a picture from a public address and makes it an image of the job's owner. */
export async function importImage(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const { job } = attempt
  const input = importInputSchema.parse(job.input)
  // Others came since it was asked for.
  await checkNotFull(deps.db, deps.quota, job.ownerId, 1)
  const { file, url } = await fetchPicture(deps, attempt, input.url)
  attempt.progress(0.8)
  const id = uuidv7()
  await storeThenRecord(deps, file, originalKey(id, 1), async (tx, original) => {
    const image = await recordImage(deps, tx, id, job.ownerId, original, {
      originalName: input.originalName ?? nameInAddress(url),
      visibility: input.visibility,
      tags: input.tags,
      keywordsAsTags: input.keywordsAsTags,
      duplicates: input.duplicates,
      webhookUrl: job.webhookUrl,
      came: { doer: { userId: job.ownerId }, via: 'import', jobId: job.id },
    })
    // Of an image that had these bytes before, if that is what was wished.
    const kept = image.id === id ? original : image.current.original
    const picture = { ...kept, storageKey: kept.key, etag: originalETag(kept.sha256) }
    await completeJob(deps.book, tx, job, resultOf(picture, { version: image.version }), image.id)
  })
}
