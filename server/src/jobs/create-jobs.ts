import type { BatchChange, BatchProgress, Job, JobChange, ManyJobsChanged, Page } from '@rendition/contract'
import type { Database, Deeds } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import type { Queue } from '../platform/queue/port.ts'
import type { ResultClaim, UrlSigner } from '../platform/signing/index.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { JobsConfig } from './config.ts'
import type { JobBook } from './job-book.ts'
import { createOversight, type Oversight } from './oversight/create-oversight.ts'
import { batchProgress } from './requests/batch-progress.ts'
import { changeBatch, deleteBatch } from './requests/change-batch.ts'
import { changeJob, deleteJob } from './requests/change-job.ts'
import { deleteAllJobs } from './requests/delete-all-jobs.ts'
import { jobResult, type ResultAnswer, signedResult } from './requests/job-result.ts'
import { createJobWatch, type JobWatch } from './requests/job-watch.ts'
import { type JobListRequest, listJobs } from './requests/list-jobs.ts'
import { ownJob } from './requests/own-job.ts'
import { type RequestedJobs, requestJobs } from './requests/request-jobs.ts'
import { relayOnce, startRelay } from './running/relay.ts'
import { recoverAfterRestart, startSweeper, sweepJobs } from './running/sweeper.ts'
import type { JobOwner, JobRecord, JobRequest, PassingResults } from './types.ts'
import { type ResultSigner, withoutPicture } from './view.ts'

export interface JobsOptions {
  db: Database
  queue: Queue
  bus: Bus
  storage: Storage
  results: PassingResults
  signer: UrlSigner & ResultSigner
  book: JobBook
  /** The room whose objects jobs are about. */
  owner: JobOwner
  config: JobsConfig
  deeds: Deeds
  log: Logger
  /** Told after a commit of images that events spoke of. */
  onImages?: (imageIds: readonly string[]) => Promise<void>
}

export interface Jobs {
  request(
    principal: Principal,
    request: JobRequest & { idempotencyKey?: string | undefined; batch: boolean },
  ): Promise<RequestedJobs>
  list(principal: Principal, filter: JobListRequest): Promise<Page<JobRecord>>
  get(principal: Principal, jobId: string): Promise<JobRecord>
  batch(principal: Principal, batchId: string): Promise<BatchProgress>
  /** Some of a batch in each call, until there is no `nextCursor`. */
  changeBatch(principal: Principal, batchId: string, change: BatchChange): Promise<ManyJobsChanged>
  deleteBatch(principal: Principal, batchId: string): Promise<void>
  change(principal: Principal, jobId: string, change: JobChange): Promise<JobRecord>
  delete(principal: Principal, jobId: string): Promise<void>
  /** Repeatable; for the end of an account, before its images go, so that no import adds another. */
  deleteAllOf(ownerId: string): Promise<void>
  result(principal: Principal, jobId: string, waitMs: number, signal: AbortSignal): Promise<ResultAnswer>
  /** The same by the result's own URL, which opens it for anyone. Throws `signature_invalid`, `result_expired`. */
  signedResult(jobId: string, claim: ResultClaim, signal: AbortSignal): Promise<ResultAnswer>
  watch: JobWatch
  /** Of all accounts. */
  oversight: Oversight
  /** As this caller sees it: a signed address is as good as the picture, and goes only to whom the picture may go. */
  viewFor(principal: Principal, job: JobRecord): Job
  /** Starts relay and sweeper; first frees what a dead process held, where that can be known. Gives the stop. */
  start(): Promise<() => Promise<void>>
  /** One pass of relay and sweeper, for tests and commands. */
  sweepOnce(): Promise<void>
  close(): Promise<void>
}

export async function createJobs(options: JobsOptions): Promise<Jobs> {
  const { db, queue, bus, storage, results, signer, book, owner, config, log } = options
  const watch = await createJobWatch(db, bus, log)
  const changing = { db, bus, owner, signer, deeds: options.deeds }
  const showing = { db, bus, storage, results, watch }
  const sweeping = { db, config, signer, owner, log }
  const relaying = {
    db,
    queue,
    bus,
    log,
    pollMs: config.pollMs,
    maxLosses: config.maxLosses,
    ...(options.onImages === undefined ? {} : { onImages: options.onImages }),
  }
  return {
    request: (principal, request) =>
      requestJobs({ db, book, owner, storage, deeds: options.deeds }, principal, request),
    list: (principal, filter) => listJobs(db, principal, filter),
    get: (principal, jobId) => ownJob(db, principal, jobId),
    batch: (principal, batchId) => batchProgress(db, principal, batchId),
    changeBatch: (principal, batchId, change) => changeBatch(changing, principal, batchId, change),
    deleteBatch: (principal, batchId) => deleteBatch(changing, principal, batchId),
    change: (principal, jobId, change) => changeJob(changing, principal, jobId, change),
    delete: (principal, jobId) => deleteJob(changing, principal, jobId),
    deleteAllOf: (ownerId) => deleteAllJobs({ db, bus }, ownerId),
    result: (principal, jobId, waitMs, signal) => jobResult(showing, principal, jobId, waitMs, signal),
    async signedResult(jobId, claim, signal) {
      signer.verifyResult(jobId, claim)
      return signedResult(showing, jobId, signal)
    },
    watch,
    oversight: createOversight(changing),
    viewFor: (principal, job) =>
      principal.scopes.has('images:read') ? book.view(job) : withoutPicture(book.view(job)),
    async start() {
      await recoverAfterRestart(sweeping, {
        leasesAreStale: db.reach === 'process',
        queueIsEmpty: queue.reach === 'process',
      })
      const stopRelay = await startRelay(relaying)
      const stopSweeper = startSweeper(sweeping)
      return async () => {
        await Promise.all([stopRelay(), stopSweeper()])
      }
    },
    async sweepOnce() {
      await sweepJobs(sweeping)
      while (await relayOnce(relaying)) {
        // Until the outbox is empty.
      }
    },
    close: () => watch.close(),
  }
}
