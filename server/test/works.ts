import { randomUUID } from 'node:crypto'
import { Failure, type Scope } from '@rendition/contract'
import { pino } from 'pino'
import { uuidv7 } from 'uuidv7'
import {
  createImages,
  type Images,
  type ImagesConfig,
  type ImagesDeps,
  imagesConfigSchema,
} from '../src/images/index.ts'
import { registerImages } from '../src/images/routes.ts'
import { ENGINE_EPOCH } from '../src/imaging/rules.ts'
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
import type { Cache } from '../src/platform/cache/index.ts'
import { systemClock } from '../src/platform/clock.ts'
import type { Database } from '../src/platform/database/index.ts'
import { type HoldOwner, type IsAccountOpen, noDeeds } from '../src/platform/database/port.ts'
import type { Bus } from '../src/platform/events/index.ts'
import { type App, createApp } from '../src/platform/http/app.ts'
import { createOutbound } from '../src/platform/http/outbound.ts'
import type { Principal } from '../src/platform/http/principal.ts'
import {
  createRequestLimits,
  inMemory,
  type LimitsConfig,
  limitsConfigSchema,
} from '../src/platform/limits/index.ts'
import type { Queue } from '../src/platform/queue/index.ts'
import { createUrlSigner } from '../src/platform/signing/index.ts'
import type { Storage } from '../src/platform/storage/index.ts'
import { createRendering, type Rendering } from '../src/rendering/index.ts'
import { configSchema } from '../src/roles/config.ts'
import { createSharePasswords } from '../src/roles/share-passwords.ts'
import { startWorker, type Worker, workerConfigSchema } from '../src/worker/index.ts'

export interface WorksOptions extends Partial<Pick<ImagesDeps, 'deeds' | 'purgePresets' | 'quotaOf'>> {
  images?: Partial<ImagesConfig>
  jobs?: Partial<JobsConfig>
  /** Without, jobs stay pending until `startWorker` is called. */
  worker?: boolean
  /** Render processes that outlive these works; without, they start and end their own. */
  engine?: Rendering
  /** Wraps rendering, to hold it up or to make it fail. */
  rendering?: (real: Rendering) => Rendering
  outboundAllow?: readonly string[]
  /** Today's by default. */
  engineEpoch?: number
  /** Every account is there without it. */
  holdOwner?: HoldOwner
  isAccountOpen?: IsAccountOpen | undefined
  /** Calls are not counted without. */
  limits?: Partial<LimitsConfig>
  /** Told at each step of an upload and a job. */
  onStep?: (step: string) => void
}

/** Images, jobs and a worker at work, with the real HTTP edge; whoever says who he is, is believed. */
export interface Works {
  images: Images
  book: JobBook
  jobs: Jobs
  app: App
  events: ReturnType<typeof createEventLog>
  startWorker(concurrency?: number): Promise<Worker>
  stop(): Promise<void>
}

export type User = Principal & { headers: Record<string, string> }

export interface WorksParts {
  db: Database
  storage: Storage
  queue: Queue
  bus: Bus
  /** Results that are kept for their time. */
  results: Cache
}

export const startEngine = (): Rendering =>
  createRendering({
    limits: configSchema.shape.limits.parse({}),
    config: configSchema.shape.rendering.parse({}),
  })

/** Sets rooms to work on opened parts. */
export async function startWorks(parts: WorksParts, options: WorksOptions): Promise<Works> {
  const { db, queue, bus } = parts
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const step = options.onStep === undefined ? {} : { onStep: options.onStep }
  const real = options.engine ?? startEngine()
  const rendering = options.rendering?.(real) ?? real
  const signer = createUrlSigner({
    keys: [{ id: 'k1', secret: 'a secret of enough bytes' }],
    publicUrl: '',
    windowMs: 6 * 3_600_000,
    clock: systemClock,
  })
  const quick = { pollMs: 100, sweepMs: 200, backoffMs: 20 }
  const jobsConfig = { ...jobsConfigSchema.parse({}), ...quick, ...options.jobs }
  const imagesConfig = { ...imagesConfigSchema.parse({}), ...options.images }
  const { holdOwner = async () => {} } = options
  const jobSigner = { ...signer, presetSet: () => images.presetSet() }
  const book = createJobBook({ config: jobsConfig, signer: jobSigner, holdOwner })
  const outbound = createOutbound({ allow: options.outboundAllow ?? [] })
  const images = createImages({
    ...parts,
    ...step,
    rendering,
    book,
    holdOwner,
    isAccountOpen: options.isAccountOpen ?? (async () => true),
    signer,
    passwords: createSharePasswords(configSchema.shape.auth.parse({}), inMemory),
    outbound,
    config: imagesConfig,
    engineEpoch: options.engineEpoch ?? ENGINE_EPOCH,
    deeds: options.deeds ?? noDeeds,
    purgePresets: options.purgePresets,
    quotaOf: options.quotaOf,
    log,
  })
  const { owner, handlers } = images.work
  const jobs = await createJobs({
    ...parts,
    results: images.results,
    signer: jobSigner,
    book,
    owner,
    config: jobsConfig,
    deeds: options.deeds ?? noDeeds,
    log,
  })
  const limits =
    options.limits === undefined
      ? {}
      : { limits: createRequestLimits(limitsConfigSchema.parse(options.limits), inMemory) }
  const app = createApp({ log, requestTimeoutMs: 60_000, authenticate: believe, ...limits })
  await registerImages(app, { images, jobs, limits: imagesConfig })
  registerJobs(app, { jobs })
  await app.ready()
  const stops: (() => Promise<void>)[] = [await images.presetBook.follow(), await jobs.start()]

  const launch = async (concurrency = 4): Promise<Worker> => {
    const config = { ...workerConfigSchema.parse({}), concurrency }
    const worker = await startWorker({
      db,
      queue,
      bus,
      book,
      owner,
      handlers,
      holder: randomUUID(),
      ...step,
      config,
      log,
    })
    stops.push(() => worker.stop(5_000))
    return worker
  }
  if (options.worker !== false) await launch()
  return {
    images,
    book,
    jobs,
    app,
    events: createEventLog(db),
    startWorker: launch,
    async stop() {
      await app.close()
      for (const stop of stops.reverse()) await stop()
      await jobs.close()
      if (options.engine === undefined) await rendering.close()
      await outbound.close()
    },
  }
}

function principalOf(userId: string, role: Principal['role']): Principal {
  const scopes = new Set<Scope>(['images:read', 'images:write', 'jobs:read', 'jobs:write'])
  if (role === 'admin') scopes.add('account:manage')
  const nothing = { email: null, username: null, sessionId: null, keyId: null, expiresAt: null }
  return { userId, role, scopes, ...nothing }
}

/** The headers of a key of the user's with these scopes alone. */
export const keyOf = (user: User, ...scopes: Scope[]): Record<string, string> => ({
  authorization: `${user.headers.authorization}.${scopes.join(',')}`,
})

export function newUser(role: Principal['role'] = 'user'): User {
  const userId = uuidv7()
  return { ...principalOf(userId, role), headers: { authorization: `Bearer ${role}.${userId}` } }
}

async function believe({ authorization }: { authorization?: string | undefined }): Promise<Principal | null> {
  const [role, userId, scopes] = (authorization ?? '').replace('Bearer ', '').split('.')
  if (role === 'bad') throw new Failure('token_invalid')
  if (role === 'expired') throw new Failure('token_expired')
  if (userId === undefined) return null
  const principal = principalOf(userId, role as Principal['role'])
  return scopes === undefined ? principal : { ...principal, scopes: new Set(scopes.split(',') as Scope[]) }
}
