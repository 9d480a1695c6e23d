import type { JobChange, Page } from '@rendition/contract'
import type { Database } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import type { Queue } from '../platform/queue/port.ts'
import type { UrlSigner } from '../platform/signing/index.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { ownJob } from './access.ts'
import type { JobBook } from './book.ts'
import { changeJob, deleteJob } from './change-job.ts'
import type { JobsConfig } from './config.ts'
import { deleteJobsOf } from './delete-owner.ts'
import { jobResult, type ResultAnswer } from './job-result.ts'
import { createJobWatch, type JobWatch } from './job-watch.ts'
import { type JobFilter, listJobs } from './list-jobs.ts'
import { relayOnce, startRelay } from './relay.ts'
import { type RequestedJobs, requestJobs } from './request-jobs.ts'
import { recoverAfterRestart, startSweeper, sweepJobs } from './sweeper.ts'
import type { JobOwner, JobRecord, JobRequest } from './types.ts'

export interface JobsDeps {
  db: Database
  queue: Queue
  bus: Bus
  storage: Storage
  signer: UrlSigner
  book: JobBook
  /** The room whose objects jobs are about. */
  owner: JobOwner
  config: JobsConfig
  log: Logger
  /** Told after a commit of images that events spoke of. */
  onImages?: (imageIds: readonly string[]) => Promise<void>
}

export interface Jobs {
  request(
    principal: Principal,
    request: JobRequest & { idempotencyKey?: string | undefined; batch: boolean },
  ): Promise<RequestedJobs>
  list(principal: Principal, filter: JobFilter): Promise<Page<JobRecord>>
  get(principal: Principal, jobId: string): Promise<JobRecord>
  change(principal: Principal, jobId: string, change: JobChange): Promise<JobRecord>
  delete(principal: Principal, jobId: string): Promise<void>
  /** Repeatable; for the end of an account, before its images go, so that no import adds another. */
  deleteAllOf(ownerId: string): Promise<void>
  result(principal: Principal, jobId: string, waitMs: number, signal: AbortSignal): Promise<ResultAnswer>
  watch: JobWatch
  view: JobBook['view']
  /** Starts relay and sweeper; first frees what a dead process held, where that can be known. Gives the stop. */
  start(): Promise<() => Promise<void>>
  /** One pass of relay and sweeper, for tests and commands. */
  sweepOnce(): Promise<void>
  close(): Promise<void>
}

export async function createJobs(deps: JobsDeps): Promise<Jobs> {
  const { db, queue, bus, storage, signer, book, owner, config, log } = deps
  const watch = await createJobWatch(db, bus)
  const changing = { db, bus, owner, signer }
  const sweeping = { db, config, signer, owner, log }
  const relaying = {
    db,
    queue,
    bus,
    log,
    pollMs: config.pollMs,
    maxLosses: config.maxLosses,
    ...(deps.onImages === undefined ? {} : { onImages: deps.onImages }),
  }
  return {
    request: (principal, request) => requestJobs({ db, book, owner }, principal, request),
    list: (principal, filter) => listJobs(db, principal, filter),
    get: (principal, jobId) => ownJob(db, principal, jobId),
    change: (principal, jobId, change) => changeJob(changing, principal, jobId, change),
    delete: (principal, jobId) => deleteJob(changing, principal, jobId),
    deleteAllOf: (ownerId) => deleteJobsOf({ db, bus }, ownerId),
    result: (principal, jobId, waitMs, signal) =>
      jobResult({ db, bus, storage, watch }, principal, jobId, waitMs, signal),
    watch,
    view: (job) => book.view(job),
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
