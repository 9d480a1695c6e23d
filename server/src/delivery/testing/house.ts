import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { allScopes, Failure, type UploadedImage, type Visibility } from '@rendition/contract'
import { testDatabase } from '../../../test/database.ts'
import { createImages, type Images, imagesConfigSchema } from '../../images/index.ts'
import { ENGINE_EPOCH } from '../../imaging/rules.ts'
import { createJobBook, jobsConfigSchema } from '../../jobs/index.ts'
import { openCache } from '../../platform/cache/index.ts'
import type { Cache } from '../../platform/cache/port.ts'
import { noDeeds } from '../../platform/database/port.ts'
import { openBus } from '../../platform/events/index.ts'
import type { Bus } from '../../platform/events/port.ts'
import { createApp } from '../../platform/http/app.ts'
import { registerHealth } from '../../platform/http/health.ts'
import { createOutbound } from '../../platform/http/outbound.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { requestIdOf } from '../../platform/http/request-id.ts'
import type { RequestLimits } from '../../platform/limits/index.ts'
import { createUrlSigner, type SigningKey, type UrlSigner } from '../../platform/signing/index.ts'
import { openStorage, type Storage } from '../../platform/storage/index.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { createMetrics } from '../../platform/telemetry/metrics.ts'
import { renderingConfigSchema } from '../../rendering/config.ts'
import { createRendering, type Rendering } from '../../rendering/index.ts'
import { createDelivery, type Delivery, type DeliveryConfig, deliveryConfigSchema } from '../index.ts'
import { registerDelivery, registerDeliveryTools } from '../routes.ts'

/** One process of a cluster: its own delivery over shared parts, answering on a port of its own. */
export interface Door {
  url: string
  delivery: Delivery
  /** Connections of clients that are open now. */
  connections(): Promise<number>
  close(): Promise<void>
}

export interface House {
  images: Images
  storage: Storage
  rendering: Rendering
  signer: UrlSigner
  /** What it signs with. */
  signingKey: SigningKey
  /** What was asked of the parts so far. */
  counts: { renders: number; reads: number; queries: number }
  /** What the operator was told, by every door. */
  complaints: string[]
  /** Moves the time, in milliseconds. */
  forward(ms: number): void
  upload(bytes: Uint8Array, visibility: Visibility, owner?: string, name?: string): Promise<UploadedImage>
  /** Makes the bytes the image's next version. */
  replace(imageId: string, bytes: Uint8Array): Promise<void>
  /**
   * `heard` is where it hears of changes, when not where the house announces them itself. Nothing is counted without
   * `counting`.
   */
  open(config?: Partial<DeliveryConfig>, cache?: Cache, heard?: Bus, counting?: RequestLimits): Promise<Door>
  /** The headers that make a request this user's. */
  as(userId: string, more?: 'admin' | 'keyless'): Record<string, string>
  /** Runs something in front of the next render. */
  beforeRender(work: () => Promise<void>): void
  /** Makes every render wait until the gate it gives is opened. */
  holdRenders(): () => void
  close(): Promise<void>
}

export const owner = '01930d4c-0000-7000-8000-000000000001'
export const stranger = '01930d4c-0000-7000-8000-000000000002'

const signingKey: SigningKey = { id: 'test', secret: 'sixteen bytes at least' }

const limits = {
  stillPixels: 100_000_000,
  animatedPixels: 50_000_000,
  frames: 300,
  side: 32_767,
  outputSide: 8192,
  outputPixels: 40_000_000,
}

/** A caller in a header, as `id:role`; `keyless` lacks images:read, `unverified` is one of whom nobody can say who it is. */
function principalOf(text: string): Principal {
  const [userId = '', role = 'user'] = text.split(':')
  if (userId === 'bad') throw new Failure('token_invalid')
  if (userId === 'expired') throw new Failure('token_expired')
  if (userId === 'unverified') throw new Failure('unavailable')
  return {
    userId,
    role: role === 'admin' ? 'admin' : 'user',
    email: null,
    username: userId,
    scopes: new Set(role === 'keyless' ? [] : allScopes),
    sessionId: null,
    keyId: null,
    expiresAt: null,
  }
}

/** Tests are about what is rendered, not about how fast: on a busy machine a render may take that long. */
const patienceMs = 60_000

/** Who uploads, unless a test says otherwise. */
export const ownerAsking: Principal = principalOf(owner)

/** Delivery with a real database, files and render processes, and as many doors as a test opens. */
export async function openHouse(
  options: {
    /** Milliseconds in which a picture must be done. */
    queueWaitMs?: number
    processes?: number
    bus?: Bus
    /** Files in a folder without it. */
    storage?: { url: string; directUrl?: string; sendfile?: boolean }
    /** Takes every line of the log, however fine; nothing is logged without it. */
    onLog?: (line: string) => void
    /** In place of looking through originals. */
    clean?: Rendering['clean']
    /** In place of looking for faces. */
    faces?: Rendering['faces']
  } = {},
): Promise<House> {
  const { db, close } = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'delivery-'))
  const storage = await openStorage({ url: 'file:', ...options.storage, folder })
  const bus = options.bus ?? (await openBus({ url: 'memory:' }))
  const { onLog } = options
  const log = onLog === undefined ? createLogger('silent') : createLogger('trace', { write: onLog })
  const counts = { renders: 0, reads: 0, queries: 0 }
  const complaints: string[] = []
  let shift = 0
  let gate: Promise<void> | null = null
  let first: (() => Promise<void>) | null = null
  const clock = { now: () => new Date(Date.now() + shift) }
  const signer = createUrlSigner({
    keys: [signingKey],
    publicUrl: '',
    windowMs: 3_600_000,
    clock,
  })
  const rendering = createRendering({
    limits,
    config: renderingConfigSchema.parse({
      queueWaitMs: options.queueWaitMs ?? patienceMs,
      ...(options.processes === undefined ? {} : { processes: options.processes }),
    }),
  })
  const counted: Pick<Rendering, 'render' | 'turn'> = {
    turn: rendering.turn,
    async render(order, how) {
      counts.renders += 1
      const work = first
      first = null
      await work?.()
      if (gate !== null) {
        await Promise.race([
          gate,
          new Promise((_, reject) =>
            how.signal?.addEventListener('abort', () => reject(how.signal?.reason), { once: true }),
          ),
        ])
      }
      return rendering.render(order, how)
    },
  }
  const watched: Storage = {
    ...storage,
    get: (key, how) => {
      counts.reads += 1
      return storage.get(key, how)
    },
  }
  const book = createJobBook({ config: jobsConfigSchema.parse({}), signer, holdOwner: async () => {} })
  const outbound = createOutbound({ allow: [] })
  const images = createImages({
    deeds: noDeeds,
    db,
    storage,
    rendering: {
      ...rendering,
      ...(options.clean === undefined ? {} : { clean: options.clean }),
      ...(options.faces === undefined ? {} : { faces: options.faces, faceDetector: 1 }),
    },
    results: await openCache({ url: 'memory:', maxBytes: 1 }),
    bus,
    book,
    holdOwner: async () => {},
    isAccountOpen: async () => true,
    signer,
    // Nobody unlocks a share here.
    passwords: { hash: async () => '', verify: async () => false },
    outbound,
    config: imagesConfigSchema.parse({}),
    engineEpoch: ENGINE_EPOCH,
    log,
  })
  const query = db.query.bind(db)
  db.query = (...parameters) => {
    counts.queries += 1
    return query(...parameters)
  }
  const doors = new Set<Door>()

  return {
    images,
    storage,
    rendering,
    signer,
    signingKey,
    counts,
    complaints,
    forward: (ms) => {
      shift += ms
    },
    async upload(bytes, visibility, ownerId = owner, name = 'photo.jpg') {
      const session = await images.uploads.open(principalOf(ownerId), new AbortController().signal)
      try {
        await session.receive(name, Readable.from([bytes]))
        const answer = await session.finish({ visibility, tags: [], webhookUrl: null })
        if (!('one' in answer)) throw new Error('one file was sent')
        return answer.one
      } finally {
        await session.close()
      }
    },
    async replace(imageId, bytes) {
      const session = await images.uploads.open(ownerAsking, new AbortController().signal)
      try {
        await session.receive('photo.jpg', Readable.from([bytes]))
        await images.uploads.replace(ownerAsking, imageId, session.takeOne(), null)
      } finally {
        await session.close()
      }
    },
    async open(config = {}, cache, heard = bus, counting) {
      const delivery = createDelivery({
        images: images.reader,
        describe: (principal, imageId) => images.library.get(principal, imageId),
        storage: watched,
        cache: cache ?? (await openCache({ url: 'memory:', maxBytes: 1 })),
        rendering: counted,
        signer,
        bus: heard,
        clock,
        config: {
          ...deliveryConfigSchema.parse({}),
          renderTimeoutMs: patienceMs,
          exclusiveWaitMs: patienceMs,
          // Which format comes first is a matter of time; tests of it say so.
          avif: 'stored',
          ...config,
        },
        requestId: requestIdOf,
        onError: (_error, what) => complaints.push(what),
      })
      await delivery.start()
      const app = createApp({
        log,
        authenticate: async (headers) => {
          const text = headers['x-api-key']
          return typeof text === 'string' ? principalOf(text) : null
        },
        requestTimeoutMs: 60_000,
        ...(counting === undefined ? {} : { limits: counting }),
        fastPath: delivery.handleHot,
      })
      registerHealth(app, {
        version: '0',
        parts: {},
        stopping: () => false,
        metrics: createMetrics({ processMetrics: false }),
      })
      registerDelivery(app, delivery)
      registerDeliveryTools(app, delivery)
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      const door: Door = {
        url: `http://127.0.0.1:${port}`,
        delivery,
        connections: () =>
          new Promise((resolve, reject) => {
            app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
          }),
        close: async () => {
          doors.delete(door)
          await app.close()
          await delivery.close()
        },
      }
      doors.add(door)
      return door
    },
    as: (userId, more) => ({ 'x-api-key': more === undefined ? userId : `${userId}:${more}` }),
    beforeRender: (work) => {
      first = work
    },
    holdRenders() {
      let open = (): void => {}
      gate = new Promise((resolve) => {
        open = resolve
      })
      return () => {
        gate = null
        open()
      }
    },
    async close() {
      await Promise.all([...doors].map((door) => door.close()))
      await rendering.close()
      await outbound.close()
      await bus.close()
      await storage.close()
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
