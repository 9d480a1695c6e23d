import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import type { Deed } from '../../platform/audit.ts'
import { noDeeds } from '../../platform/database/port.ts'
import { type Bus, openBus } from '../../platform/events/index.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { openQueue, type Queue } from '../../platform/queue/index.ts'
import type { Storage } from '../../platform/storage/index.ts'
import { type JobsConfig, jobsConfigSchema } from '../config.ts'
import {
  createJobBook,
  createJobs,
  type JobBook,
  type JobOwner,
  type JobRecord,
  type Jobs,
  type NewJob,
} from '../index.ts'

export const signer = {
  signedUrl: ({ imageId, version }: { imageId: string; version?: number }) =>
    `/images/${imageId}?v=${version}`,
  plainUrl: ({ imageId }: { imageId: string }) => `/images/${imageId}`,
  imageUrl: ({ imageId }: { imageId: string }) => `/images/${imageId}`,
  resultUrl: (jobId: string) => `/api/jobs/${jobId}/result`,
  verifyResult: () => {},
  verify: () => ({ signed: false, expiresAt: null }),
}

export function principal(role: Principal['role'] = 'user', userId: string = randomUUID()): Principal {
  return {
    userId,
    role,
    email: null,
    username: null,
    scopes: new Set(['images:read', 'images:write', 'jobs:read', 'jobs:write']),
    sessionId: null,
    keyId: null,
    expiresAt: null,
  }
}

/** Where the tests call from. */

/** An owner of nothing: every image exists, and what it is told is remembered. */
export function recordingOwner(): JobOwner & { told: string[] } {
  const told: string[] = []
  return {
    told,
    begun: async () => {},
    hold: async () => true,
    ended: async (_tx, job) => {
      told.push(`ended ${job.id} ${job.status}`)
    },
    revived: async (_tx, job) => {
      told.push(`revived ${job.id}`)
    },
    plan: async (_tx, { userId }, request) =>
      request.imageIds.map((imageId) => ({
        ownerId: userId,
        type: request.type,
        imageId,
        priority: request.priority,
        input: {},
        webhookUrl: request.webhookUrl ?? null,
      })),
  }
}

export interface JobsSetup {
  database: TestDatabase
  queue: Queue
  bus: Bus
  book: JobBook
  jobs: Jobs
  owner: ReturnType<typeof recordingOwner>
  /** What the audit was told. */
  deeds: (Deed & { by: string | null })[]
  config: JobsConfig
  /** In a transaction of their own; gives what stands for them, which is there already for equal work. */
  enqueue(...jobs: NewJob[]): Promise<JobRecord[]>
  close(): Promise<void>
}

export async function setUpJobs(overrides: Partial<JobsConfig> = {}): Promise<JobsSetup> {
  const config = { ...jobsConfigSchema.parse({}), pollMs: 50, sweepMs: 50, ...overrides }
  const database = await testDatabase({ poolSize: 8 })
  const queue = await openQueue({ url: 'local:', retryPauseMs: 20 })
  const bus = await openBus({ url: 'memory:' })
  const book = createJobBook({ config, signer, holdOwner: async () => {} })
  const owner = recordingOwner()
  const deeds: (Deed & { by: string | null })[] = []
  const jobs = await createJobs({
    db: database.db,
    queue,
    bus,
    storage: { checkDiskRoom: async () => {} } as unknown as Storage,
    results: { read: async () => null, mayShow: async () => true },
    signer,
    book,
    owner,
    config,
    deeds: {
      ...noDeeds,
      record: async (_tx, { userId }, deed) => String(deeds.push({ ...deed, by: userId })),
    },
    log: pino({ level: 'silent' }),
  })
  return {
    database,
    queue,
    bus,
    book,
    jobs,
    owner,
    deeds,
    config,
    enqueue: async (...added) =>
      (await database.db.transaction((tx) => book.enqueue(tx, added))).map(({ job }) => job),
    async close() {
      await jobs.close()
      await queue.close()
      await bus.close()
      await database.close()
    },
  }
}

export function newJob(overrides: Partial<NewJob> = {}): NewJob {
  return {
    ownerId: randomUUID(),
    type: 'renditions',
    imageId: randomUUID(),
    priority: 'interactive',
    input: { version: 1, presets: null },
    ...overrides,
  }
}
