import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { uuidv7 } from 'uuidv7'
import { createImages, type Images, type ImagesConfig, imagesConfigSchema } from '../src/images/index.ts'
import { registerImages } from '../src/images/routes.ts'
import { ENGINE_EPOCH } from '../src/imaging/index.ts'
import {
  createEventLog,
  createJobBook,
  createJobs,
  type JobBook,
  type Jobs,
  type JobsConfig,
  jobsConfigSchema,
} from '../src/jobs/index.ts'
import { registerJobs } from '../src/jobs/routes.ts'
import { systemClock } from '../src/platform/clock.ts'
import { type Bus, openBus } from '../src/platform/events/index.ts'
import { type App, createApp } from '../src/platform/http/app.ts'
import { createOutbound } from '../src/platform/http/outbound.ts'
import type { Principal } from '../src/platform/http/principal.ts'
import { openQueue, type Queue } from '../src/platform/queue/index.ts'
import { createUrlSigner } from '../src/platform/signing/index.ts'
import { openStorage, type Storage } from '../src/platform/storage/index.ts'
import { createRendering, type Rendering } from '../src/rendering/index.ts'
import { configSchema } from '../src/roles/config.ts'
import { startWorker, type Worker, workerConfigSchema } from '../src/worker/index.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export interface WorkshopOptions {
  images?: Partial<ImagesConfig>
  jobs?: Partial<JobsConfig>
  /** Without, jobs stay pending until `startWorker` is called. */
  worker?: boolean
  /** Wraps rendering, to hold it up or to make it fail. */
  rendering?: (real: Rendering) => Rendering
  outboundAllow?: readonly string[]
}

/** Images, jobs and a worker on a database, files and render processes of their own, with the real HTTP edge. */
export interface Workshop {
  database: TestDatabase
  storage: Storage
  queue: Queue
  bus: Bus
  images: Images
  book: JobBook
  jobs: Jobs
  app: App
  events: ReturnType<typeof createEventLog>
  folder: string
  startWorker(concurrency?: number): Promise<Worker>
  /** A caller; `headers` makes a request be theirs. */
  user(role?: Principal['role']): Principal & { headers: Record<string, string> }
  close(): Promise<void>
}

export async function openWorkshop(options: WorkshopOptions = {}): Promise<Workshop> {
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const folder = await mkdtemp(join(tmpdir(), 'rendition-workshop-'))
  const database = await testDatabase({ poolSize: 10 })
  const { db } = database
  const storage = await openStorage({ url: 'file:', folder })
  const queue = await openQueue({ url: 'local:', retryPauseMs: 50 })
  const bus = await openBus({ url: 'memory:' })
  const real = createRendering({
    limits: configSchema.shape.limits.parse({}),
    config: configSchema.shape.rendering.parse({}),
  })
  const rendering = options.rendering?.(real) ?? real
  const signer = createUrlSigner({
    keys: [{ id: 'k1', secret: 'a secret of enough bytes' }],
    publicUrl: '',
    windowMs: 6 * 3_600_000,
    clock: systemClock,
  })
  const jobsConfig = {
    ...jobsConfigSchema.parse({}),
    pollMs: 100,
    sweepMs: 200,
    backoffMs: 20,
    ...options.jobs,
  }
  const imagesConfig = { ...imagesConfigSchema.parse({}), ...options.images }
  const book = createJobBook({ config: jobsConfig, signer })
  const images = createImages({
    db,
    storage,
    rendering,
    bus,
    book,
    signer,
    config: imagesConfig,
    engineEpoch: ENGINE_EPOCH,
    log,
  })
  const owner = images.jobOwner
  const jobs = await createJobs({ db, queue, bus, storage, signer, book, owner, config: jobsConfig, log })
  const outbound = createOutbound({ allow: options.outboundAllow ?? [] })
  const principals = new Map<string, Principal>()
  const app = createApp({
    logger: log,
    requestTimeoutMs: 60_000,
    authenticate: async ({ authorization }) => principals.get(authorization ?? '') ?? null,
  })
  await registerImages(app, { images, jobs, limits: imagesConfig })
  registerJobs(app, { jobs })
  await app.ready()
  const stops: (() => Promise<void>)[] = [await jobs.start()]

  const launch = async (concurrency = 4): Promise<Worker> => {
    const config = { ...workerConfigSchema.parse({}), concurrency }
    const { resultTtlMs } = imagesConfig
    const parts = { db, storage, queue, bus, rendering, book, images, outbound }
    const worker = await startWorker({ ...parts, config, resultTtlMs, log })
    stops.push(() => worker.stop(5_000))
    return worker
  }
  if (options.worker !== false) await launch()

  return {
    database,
    storage,
    queue,
    bus,
    images,
    book,
    jobs,
    app,
    events: createEventLog(db),
    folder,
    startWorker: launch,
    user(role = 'user') {
      const userId = uuidv7()
      const scopes = new Set(['images:read', 'images:write', 'jobs:read', 'jobs:write'] as const)
      const who = {
        userId,
        role,
        email: null,
        username: null,
        scopes,
        sessionId: null,
        keyId: null,
        expiresAt: null,
      }
      principals.set(`Bearer ${userId}`, who)
      return { ...who, headers: { authorization: `Bearer ${userId}` } }
    },
    async close() {
      await app.close()
      for (const stop of stops.reverse()) await stop()
      await jobs.close()
      await rendering.close()
      await outbound.close()
      await queue.close()
      await bus.close()
      await storage.close()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
