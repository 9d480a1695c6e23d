import type { EventType, Job, JobResult } from '@rendition/contract'
import type { UrlSigner } from '../platform/signing/index.ts'
import type { JobRecord, NewEvent } from './types.ts'

const iso = (date: Date | null): string | null => date?.toISOString() ?? null

/** What signs the URLs of a job's result. */
export type ResultSigner = Pick<UrlSigner, 'signedUrl' | 'resultUrl'> & {
  /** The set of presets that URLs of presets name, so that none of an earlier set is taken for it; null where none needs a name. */
  presetSet?: (() => number | null) | undefined
}

/** The Job as clients see it. */
export function viewOf(job: JobRecord, signer: ResultSigner): Job {
  const result = resultOf(job, signer)
  return {
    id: job.id,
    jobId: job.id,
    type: job.type,
    imageId: job.imageId,
    batchId: job.batchId,
    status: job.status,
    progress: Math.round(job.progress * 1000) / 1000,
    priority: job.priority,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    errorCode: job.errorCode,
    errorMessage: job.errorMessage,
    createdAt: job.createdAt.toISOString(),
    startedAt: iso(job.startedAt),
    finishedAt: iso(job.finishedAt),
    result,
    imageUrl: result?.imageUrl ?? null,
  }
}

/** The job for whoever may know of it and not see what it made. */
export function withoutPicture(job: Job): Job {
  const result = job.result === null ? null : { ...job.result, imageUrl: null, url: null }
  return { ...job, result, imageUrl: null }
}

function resultOf(job: JobRecord, signer: ResultSigner): JobResult | null {
  const { result, imageId } = job
  if (result === null) return null
  const imageUrl =
    result.version === null || imageId === null
      ? null
      : signer.signedUrl({
          imageId,
          version: result.version,
          ...(result.preset === null ? {} : { query: { preset: result.preset, ...setOf(signer) } }),
        })
  return {
    imageUrl,
    url:
      imageUrl ?? (result.expiresAt === null ? null : signer.resultUrl(job.id, new Date(result.expiresAt))),
    width: result.width,
    height: result.height,
    size: result.size,
    format: result.format,
    version: result.version,
    expiresAt: result.expiresAt,
    counts: result.counts ?? null,
    rejected: result.rejected === undefined ? null : [...result.rejected],
    notes: [...(result.notes ?? [])],
  }
}

function setOf({ presetSet }: ResultSigner): { set?: number } {
  const set = presetSet?.() ?? null
  return set === null ? {} : { set }
}

/** The event that tells of a job's state. */
export function jobEvent(type: EventType, job: JobRecord, signer: ResultSigner): NewEvent {
  return {
    type,
    ownerId: job.ownerId,
    imageId: job.imageId,
    data: { ...viewOf(job, signer) },
    webhookUrl: job.webhookUrl,
  }
}
