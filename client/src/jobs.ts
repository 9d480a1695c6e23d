import type {
  BatchProgress,
  Job,
  JobBatch,
  JobStatus,
  JobsChange,
  JobType,
  ManyJobsChanged,
  Page,
  Priority,
} from '@rendition/contract'
import type { Transformation } from '@rendition/contract/recipe'
import { type Asking, type PageQuery, pagesOf, untilSettled } from './asking.ts'
import type { Transport } from './transport.ts'

export interface JobQuery extends PageQuery {
  status?: JobStatus
  type?: JobType
  imageId?: string
  batchId?: string
  /** Of each batch the newest job alone. */
  grouped?: boolean
}

/** How a job is run, beside what it makes. */
export interface JobOptions {
  /** `interactive` for one image and `bulk` for a batch, unless said. */
  priority?: Priority
  /** Told of the end, signed with the account's secret: `webhooks.renewAccountSecret`. */
  webhookUrl?: string
  /** The same words again get the same job, not a second one. */
  idempotencyKey?: string
}

/** The presets of an image anew, all or those named; or a transformation, kept as a new version or for its time only. */
export type JobRequest =
  | ({ type: 'renditions'; presets?: readonly string[] } & JobOptions)
  | ({
      type: 'transform'
      transformation: Transformation
      saveImage?: boolean
      version?: number
    } & JobOptions)

export interface Jobs {
  list(query?: JobQuery, asking?: Asking): Promise<Page<Job>>
  /** All pages, one after the other, each fetched when it is asked for. */
  pages(query?: JobQuery, asking?: Asking): AsyncGenerator<Page<Job>, void, void>
  get(id: string, asking?: Asking): Promise<Job>
  /** How many jobs of a batch wait, run and have ended. */
  batch(batchId: string, asking?: Asking): Promise<BatchProgress>
  /** Cancels, retries or re-lanes the jobs of a batch whose state allows it, all of them, a hundred a request. Gives how many. */
  changeBatch(batchId: string, change: JobsChange, asking?: Asking): Promise<number>
  /** Forgets all jobs of a batch; what waits or runs is cancelled first. */
  removeBatch(batchId: string, asking?: Asking): Promise<void>
  create(imageId: string, request: JobRequest, asking?: Asking): Promise<Job>
  /** One job for each image, at most 10,000. */
  createMany(imageIds: readonly string[], request: JobRequest, asking?: Asking): Promise<JobBatch>
  /** 409 `conflict` for one that has ended. */
  cancel(id: string, asking?: Asking): Promise<Job>
  /** A failed one once more. 409 `conflict` for any other. */
  retry(id: string, asking?: Asking): Promise<Job>
  prioritize(id: string, priority: Priority, asking?: Asking): Promise<Job>
  /** Forgets it; a running one is cancelled first. */
  remove(id: string, asking?: Asking): Promise<void>
  /** Asks with growing pauses until it is complete, failed or cancelled. */
  settled(id: string, asking?: Asking): Promise<Job>
  /**
   * Waits for the end and gives the picture. 409 `job_not_ready` when it failed, was cancelled or makes no picture,
   * 410 `result_expired` after the time of one that was not saved.
   */
  result(id: string, asking?: Asking): Promise<Blob>
}

export function createJobs({ json, send }: Transport): Jobs {
  const root = '/api/jobs'
  const pathOf = (id: string): string => `${root}/${encodeURIComponent(id)}`
  const change = (id: string, body: object, { signal }: Asking = {}): Promise<Job> =>
    json('Job', { method: 'PATCH', path: pathOf(id), body, signal })
  const list: Jobs['list'] = (query, { signal } = {}) =>
    json('JobPage', { method: 'GET', path: root, query, signal })
  const get: Jobs['get'] = (id, { signal } = {}) => json('Job', { method: 'GET', path: pathOf(id), signal })
  const batchAt = (batchId: string): string => `${root}/batches/${encodeURIComponent(batchId)}`
  const settled: Jobs['settled'] = (id, asking = {}) =>
    untilSettled(() => get(id, asking), ended, asking.signal)

  return {
    list,
    pages: (query = {}, asking = {}) => pagesOf(list, query, asking),
    get,
    batch: (batchId, { signal } = {}) =>
      json('BatchProgress', {
        method: 'GET',
        path: batchAt(batchId),
        signal,
      }),
    async changeBatch(batchId, wanted, { signal } = {}) {
      let changed = 0
      let cursor: string | undefined
      do {
        const body = { change: wanted, ...(cursor === undefined ? {} : { cursor }) }
        const told: ManyJobsChanged = await json('ManyJobsChanged', {
          method: 'PATCH',
          path: batchAt(batchId),
          body,
          signal,
        })
        changed += told.changed
        cursor = told.nextCursor ?? undefined
      } while (cursor !== undefined)
      return changed
    },
    async removeBatch(batchId, { signal } = {}) {
      await send({ method: 'DELETE', path: batchAt(batchId), signal })
    },
    create: (imageId, request, { signal } = {}) =>
      json('Job', { method: 'POST', path: root, body: { imageId, ...written(request) }, signal }),
    createMany: (imageIds, request, { signal } = {}) =>
      json('JobBatch', { method: 'POST', path: root, body: { imageIds, ...written(request) }, signal }),
    cancel: (id, asking) => change(id, { status: 'cancelled' }, asking),
    retry: (id, asking) => change(id, { status: 'pending' }, asking),
    prioritize: (id, priority, asking) => change(id, { priority }, asking),
    async remove(id, { signal } = {}) {
      await send({ method: 'DELETE', path: pathOf(id), signal })
    },
    settled,
    async result(id, asking = {}) {
      const { signal } = asking
      const { status, result } = await settled(id, asking)
      const address = status === 'complete' ? result?.imageUrl : null
      if (typeof address !== 'string') {
        // In the cache only, or none: it says why.
        const answer = await send({ method: 'GET', path: `${pathOf(id)}/result`, signal })
        return answer.blob()
      }
      // Signed, so it needs no credential; and it may lead to a storage that is not to see one.
      const picture = { headers: { accept: '*/*' }, anonymous: true, signal }
      return (await send({ method: 'GET', path: address, ...picture })).blob()
    },
  }
}

const ended = ({ status }: Job): boolean => status !== 'pending' && status !== 'processing'

/** As the API takes it: the parts of a transformation stand beside the other fields. */
function written(request: JobRequest): object {
  if (request.type === 'renditions') return request
  const { transformation, ...rest } = request
  if (transformation.steps === undefined) return { ...rest, parameters: transformation }
  return { ...rest, ...transformation }
}
