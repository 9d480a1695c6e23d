import { createHash } from 'node:crypto'
import { Failure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Database } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import type { JobBook } from './book.ts'
import type { JobOwner, JobRecord, JobRequest } from './types.ts'

export interface RequestedJobs {
  batchId: string | null
  jobs: JobRecord[]
}

/** Accepts work on one image, or on many as a batch; all or nothing. */
export async function requestJobs(
  deps: { db: Database; book: JobBook; owner: JobOwner },
  principal: Principal,
  request: JobRequest & { idempotencyKey?: string | undefined; batch: boolean },
): Promise<RequestedJobs> {
  const imageIds = [...new Set(request.imageIds)]
  const requestDigest = request.idempotencyKey === undefined ? null : digestOf(request)
  const batchId = request.batch ? uuidv7() : null
  return deps.db.transaction(async (tx) => {
    const planned = await deps.owner.plan(tx, principal, { ...request, imageIds })
    const enqueued = await deps.book.enqueue(
      tx,
      planned.map((job) => ({
        ...job,
        batchId,
        idempotencyKey: keyOf(request.idempotencyKey, request.batch ? job.imageId : null),
        requestDigest,
      })),
    )
    const jobs = enqueued.map(({ job }) => job)
    const repeated = enqueued.every(({ created }) => !created)
    return { batchId: repeated ? (jobs[0]?.batchId ?? batchId) : batchId, jobs }
  })
}

/** One key for each job of a batch, so that the whole batch can be asked for again. */
function keyOf(key: string | undefined, imageId: string | null): string | null {
  if (key === undefined) return null
  return imageId === null ? key : `${key}/${imageId}`
}

/** What makes two requests the same request. */
function digestOf({
  imageIds,
  type,
  presets,
  transform,
  saveImage,
  priority,
  webhookUrl,
}: JobRequest): string {
  const parts = [imageIds, type, presets ?? null, sorted(transform), saveImage, priority, webhookUrl ?? null]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function sorted(bag: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(bag).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** A webhook address is judged when it is called; here only its shape, so that a typing error is told at once. */
export function checkWebhookUrl(url: string | null | undefined): void {
  if (url == null) return
  if (url.length > 2048 || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Failure('invalid_request', undefined, {
      errors: [{ path: 'webhookUrl', message: 'must be an http or https URL of at most 2048 characters' }],
    })
  }
}
