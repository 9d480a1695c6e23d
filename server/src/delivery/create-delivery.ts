import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Explanation, Layers, Markup, MarkupQuery } from '@rendition/contract'
import { type ImageReader, imageChangedTopic } from '../images/index.ts'
import type { Cache } from '../platform/cache/port.ts'
import type { Clock } from '../platform/clock.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { silentLog } from '../platform/log.ts'
import { type Loop, startLoop } from '../platform/loop.ts'
import type { UrlSigner } from '../platform/signing/index.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { CountUsage } from '../platform/usage.ts'
import type { Rendering } from '../rendering/port.ts'
import type { Answer } from './answer/answer.ts'
import { createCleaning } from './answer/cleaned-original.ts'
import { explain } from './answer/explain.ts'
import { createFastPath, type FastPath } from './answer/fast-path.ts'
import { createFrontServer } from './answer/front-server.ts'
import { type Described, markupOf } from './answer/markup.ts'
import type { DeliveryConfig } from './config.ts'
import { type DeliveryParts, deliver } from './deliver.ts'
import { createAvif } from './renditions/avif.ts'
import { createRenditions, type Renditions } from './renditions/find-or-render.ts'
import { createMemory } from './renditions/memory.ts'
import { createRenderer } from './renditions/renderer.ts'
import { createSharedCache } from './renditions/shared-cache.ts'
import { createStore } from './renditions/store.ts'
import { createUsage } from './renditions/usage.ts'
import { noSuchImage } from './request/access.ts'
import { createKnownImages } from './request/known-images.ts'
import type { PictureRequest } from './request/picture-request.ts'

export interface DeliveryOptions {
  images: ImageReader
  /** The Image view of one image for this caller; throws `not_found` as the API does. */
  describe: (principal: Principal, imageId: string) => Promise<Described>
  storage: Storage
  cache: Cache
  rendering: Pick<Rendering, 'render' | 'turn'>
  signer: UrlSigner
  bus: Bus
  clock: Clock
  config: DeliveryConfig
  /** The id of a request, as the HTTP server gives it. */
  requestId: (request: IncomingMessage) => string
  /** Counts answers and renders for the owners of the pictures. */
  countUsage?: CountUsage
  /** What went wrong behind an answer: told to the operator, never to the client. */
  onError?: (error: unknown, what: string) => void
}

export interface DeliveryLoad {
  /** Bytes and renditions in memory. */
  memoryBytes: number
  memoryEntries: number
  /** Answers of the fast path so far. */
  hotAnswers: number
  /** URLs that it can answer. */
  hotUrls: number
  /** Lookups and renders that somebody waits for. */
  running: number
  /** Answers so far, by where they were found. */
  layers: Layers
}

/** URL → recipe → bytes. */
export interface Delivery {
  deliver(request: PictureRequest, signal: AbortSignal): Promise<Answer>
  explain(request: PictureRequest): Promise<Explanation>
  markup(principal: Principal, imageId: string, query: MarkupQuery): Promise<Markup>
  /** For the HTTP server's listener, before routing: answers what was answered before from memory. */
  handleHot(request: IncomingMessage, response: ServerResponse): boolean
  /** Whether the request came through the front server that sends files for us, and may be answered by it. */
  sentByFront(headers: Readonly<Record<string, unknown>>): boolean
  /** Lets the fast path repeat an answer for its URL. */
  learn: FastPath['learn']
  /** Milliseconds after which a client that takes nothing is let go. */
  readonly idleMs: number
  load(): DeliveryLoad
  /** Listens for changes of images; before this, answers may be as old as what is known of their images. */
  start(): Promise<void>
  /** Resolves when nothing is being stored behind answers. */
  idle(): Promise<void>
  close(): Promise<void>
}

const tidyEveryMs = 30_000

export function createDelivery(options: DeliveryOptions): Delivery {
  const { images, storage, config, clock, bus, signer } = options
  const { ledger } = images
  const onError = options.onError ?? (() => {})
  const countUsage = options.countUsage ?? (() => {})

  const knownImages = createKnownImages({
    images,
    clock,
    ttlMs: config.factsTtlMs,
    limitMs: config.factsLimitMs,
    onChanged: (imageId) => forget(imageId),
  })
  const memory = createMemory({ maxBytes: config.memoryBytes, entryBytes: config.entryBytes })
  const sharedCache = createSharedCache({ cache: options.cache, ...config })
  const usage = createUsage({ ledger, storageBytes: config.storageBytes })
  const isBusy = () => renditions.running > 0
  const store = createStore({ storage, ledger, isBusy, onStored: usage.stored, onError })
  const renderer = createRenderer({
    storage,
    ledger,
    rendering: options.rendering,
    store,
    usage,
    images,
    levels: config.levels,
    timeoutMs: config.renderTimeoutMs,
    rendered: (ownerId) => countUsage(ownerId, { renders: 1 }),
    onError,
  })
  const renditions: Renditions = createRenditions({
    memory,
    sharedCache,
    storage,
    ledger,
    store,
    usage,
    renderer,
  })
  const avif = createAvif({ mode: config.avif, after: config.avifAfter, ledger, renditions, onError })
  const delivered = (ownerId: string, deliveredBytes: number): void =>
    countUsage(ownerId, { deliveries: 1, deliveredBytes })
  const fastPath = createFastPath({
    memory,
    knownImages,
    config,
    used: usage.used,
    delivered,
    now: () => clock.now().getTime(),
    requestId: options.requestId,
  })
  const frontServer = createFrontServer({ storage, config })
  const cleaning = createCleaning(images)
  const layers: Layers = { memory: 0, cache: 0, storage: 0, render: 0 }
  const parts: DeliveryParts & { signer: UrlSigner } = {
    knownImages,
    cleaning,
    avif,
    signer,
    images,
    shares: images,
    config,
    renditions,
    storage,
    frontServer,
    delivered,
    foundIn: (layer) => {
      layers[layer] += 1
    },
    clock,
  }

  let unsubscribe: (() => Promise<void>) | null = null
  let unfollow: (() => void) | null = null
  let tidying: Loop | null = null
  const tidy = (): Promise<void> =>
    usage.tidy().catch((error) => onError(error, 'renditions were not tidied'))
  const forget = (imageId: string): void => {
    for (const part of [memory, store, sharedCache]) part.drop(imageId)
  }
  const changed = (payload: unknown): void => {
    const { imageId } = (payload ?? {}) as { imageId?: unknown }
    if (typeof imageId !== 'string') return
    knownImages.drop(imageId)
    forget(imageId)
  }

  return {
    deliver: (request, signal) => deliver(request, parts, signal),
    explain: (request) => explain(request, parts),
    async markup(principal, imageId, query) {
      const described = await options.describe(principal, imageId)
      const known = await knownImages.get(imageId)
      const version = known === null ? null : await knownImages.version(imageId, known.facts.version)
      if (version === null) throw noSuchImage()
      return markupOf(described, version, query, { signer, ladder: config.ladder })
    },
    handleHot: (request, response) => fastPath.handle(request, response),
    sentByFront: (headers) => frontServer.brought(headers),
    learn: (url, accept, answer) => fastPath.learn(url, accept, answer),
    idleMs: config.idleMs,
    load: () => ({
      memoryBytes: memory.bytes,
      memoryEntries: memory.entries,
      hotAnswers: fastPath.answers,
      hotUrls: fastPath.urls,
      running: renditions.running,
      layers: { ...layers, memory: layers.memory + fastPath.answers },
    }),
    async start() {
      unsubscribe = await bus.subscribe(imageChangedTopic, changed)
      // The fast path repeats nothing that was planned by other presets: it asks whether its image is still known
      unfollow = images.onPresetsChanged(() => knownImages.dropAll())
      tidying = startLoop({
        name: 'delivery',
        everyMs: tidyEveryMs,
        firstMs: tidyEveryMs,
        pass: tidy,
        log: silentLog,
      })
    },
    idle: () => store.idle(),
    async close() {
      await tidying?.stop()
      await unsubscribe?.()
      unfollow?.()
      await avif.close()
      await store.idle()
      await tidy()
    },
  }
}
