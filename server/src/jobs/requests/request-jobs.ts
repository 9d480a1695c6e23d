import { createHash } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { Deed } from '../../platform/audit.ts'
import type { Database, Deeds } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { JobBook } from '../job-book.ts'
import type { JobOwner, JobRecord, JobRequest } from '../types.ts'
import { ofEachOwner } from './of-each-owner.ts'

export interface RequestedJobs {
  batchId: string | null
  jobs: JobRecord[]
}

/** Accepts work on one image, or on many as a batch; all or nothing. What it makes must find room, or it is refused now. */
export async function requestJobs(
  deps: { db: Database; book: JobBook; owner: JobOwner; storage: Storage; deeds: Deeds },
  principal: Principal,
  request: JobRequest & { idempotencyKey?: string | undefined; batch: boolean },
): Promise<RequestedJobs> {
  const imageIds = [...new Set(request.imageIds)]
  const requestDigest = request.idempotencyKey === undefined ? null : digestOf(request)
  const batchId = request.batch ? uuidv7() : null
  await deps.storage.checkDiskRoom()
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
    if (!repeated)
      for (const those of ofEachOwner(jobs))
        await deps.deeds.record(tx, principal, deedOf(request, those, batchId))
    return { batchId: repeated ? (jobs[0]?.batchId ?? batchId) : batchId, jobs }
  })
}

/** One entry for all images of a request, or of each owner of some. What is drawn on a picture is somebody's words. */
function deedOf(
  { type, presets, transform, saveImage, version, priority }: JobRequest,
  jobs: readonly [JobRecord, ...JobRecord[]],
  batchId: string | null,
): Deed {
  const [{ id, ownerId, imageId }] = jobs
  const imageIds = jobs.map((job) => job.imageId)
  const of = batchId === null ? { imageId } : { batchId, images: imageIds.length, imageIds }
  return {
    action: 'job.create',
    targetId: batchId === null ? id : null,
    ownerId,
    details: { type, ...of, presets, version, priority, ...(type === 'transform' ? { saveImage } : {}) },
    words: { ...transform },
  }
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
  version,
  priority,
  webhookUrl,
}: JobRequest): string {
  const parts: unknown[] = [
    imageIds,
    type,
    presets ?? null,
    sorted(transform),
    saveImage,
    priority,
    webhookUrl ?? null,
  ]
  // Of requests from before there were versions to name, the digest stays what it was.
  if (version !== undefined) parts.push(version)
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function sorted(bag: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(bag).sort(([a], [b]) => (a < b ? -1 : 1))
}
