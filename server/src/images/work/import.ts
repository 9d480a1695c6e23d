import { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Attempt } from '../../jobs/index.ts'
import { originalKey } from '../../platform/storage/key.ts'
import { importInputSchema } from '../job-inputs.ts'
import { originalETag } from '../renditions/etag.ts'
import { recordImage, storeThenRecord } from '../uploads/create-image.ts'
import { cleanName } from '../uploads/names.ts'
import { type ReceivedFile, receiveFile } from '../uploads/receive-file.ts'
import { completeJob, resultOf } from './job-results.ts'
import type { WorkDeps } from './work-plan.ts'

/** So many times as long as its head may the body of a picture take: no slow address holds a worker for ever. */
const bodyPatience = 10

/** Fetches a picture from a public address and makes it an image of the job's owner. */
export async function importImage(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const { job } = attempt
  const input = importInputSchema.parse(job.input)
  const { file, url } = await fetchPicture(deps, attempt, input.url)
  attempt.progress(0.8)
  const id = uuidv7()
  await storeThenRecord(deps, file, originalKey(id, 1), async (tx, original) => {
    const image = await recordImage(deps, tx, id, job.ownerId, original, {
      originalName: input.originalName ?? nameIn(url),
      visibility: input.visibility,
      tags: input.tags,
      keywordsAsTags: input.keywordsAsTags,
      duplicates: input.duplicates,
      webhookUrl: job.webhookUrl,
    })
    // Of an image that had these bytes before, if that is what was wished.
    const kept = image.id === id ? original : image.current.original
    const picture = { ...kept, storageKey: kept.key, etag: originalETag(kept.sha256) }
    await completeJob(deps.book, tx, job, resultOf(picture, { version: image.version }), image.id)
  })
}

/** What the address gives, received like an upload, and the address that gave it in the end. */
async function fetchPicture(
  deps: WorkDeps,
  { signal }: Attempt,
  url: string,
): Promise<{ file: ReceivedFile; url: string }> {
  const { importTimeoutMs } = deps.config
  const response = await deps.outbound.fetch(url, {
    timeoutMs: importTimeoutMs,
    bodyTimeoutMs: bodyPatience * importTimeoutMs,
    maxRedirects: 5,
    signal,
    headers: { accept: 'image/*' },
  })
  if (response.status < 200 || response.status > 299 || response.body === null) {
    await response.body?.cancel()
    // 5xx may pass; 404 stays.
    const code = response.status >= 500 || response.status === 429 ? 'fetch_failed' : 'import_refused'
    throw new Failure(code, `The address answered ${response.status}.`)
  }
  const file = await receiveFile(deps, Readable.fromWeb(response.body), signal, false)
  return { file, url: response.url || url }
}

/** The last part of the address, as a file name. */
function nameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  try {
    return cleanName(decodeURIComponent(last)).slice(0, 255)
  } catch {
    return cleanName(last).slice(0, 255)
  }
}
