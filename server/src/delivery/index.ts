import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Explanation, Image, Markup, MarkupQuery } from '@rendition/contract'
import { type ImageReader, imageChangedTopic } from '../images/index.ts'
import type { Cache } from '../platform/cache/port.ts'
import type { Clock } from '../platform/clock.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import type { UrlSigner } from '../platform/signing/index.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Rendering } from '../rendering/port.ts'
import { noSuchImage } from './access.ts'
import type { Ask } from './ask.ts'
import { createAvif } from './avif.ts'
import type { DeliveryConfig } from './config.ts'
import { type Delivered, type DeliverOptions, deliver } from './deliver.ts'
import { explain } from './explain.ts'
import { createFacts } from './facts.ts'
import { createHotLane, type HotLane } from './hot.ts'
import { createKeeper } from './keeper.ts'
import { createMaker } from './maker.ts'
import { markupOf } from './markup.ts'
import { createMemory } from './memory.ts'
import { createRenditions, type Renditions } from './renditions.ts'

export type { Answer, Ask } from './ask.ts'
export { type DeliveryConfig, deliveryConfigSchema } from './config.ts'
export type { Delivered } from './deliver.ts'
export { OutOfRange } from './deliver.ts'

export interface DeliveryOptions {
  images: ImageReader
  /** The Image view of one image for this caller; throws `not_found` as the API does. */
  describe: (
    principal: Principal,
    imageId: string,
  ) => Promise<Pick<Image, 'visibility' | 'altText' | 'placeholder'>>
  storage: Storage
  cache: Cache
  rendering: Pick<Rendering, 'render'>
  signer: UrlSigner
  bus: Bus
  clock: Clock
  config: DeliveryConfig
  /** The id of a request, as the HTTP server gives it. */
  requestId: (request: IncomingMessage) => string
  /** What went wrong behind an answer: told to the operator, never to the client. */
  onError?: (error: unknown, what: string) => void
}

export interface DeliveryLoad {
  /** Bytes and renditions in memory. */
  memoryBytes: number
  memoryEntries: number
  /** Answers of the hot lane so far. */
  hotAnswers: number
  /** URLs that it can answer. */
  hotUrls: number
  /** Lookups and renders that somebody waits for. */
  running: number
}

/** URL → recipe → bytes. */
export interface Delivery {
  deliver(ask: Ask, signal: AbortSignal): Promise<Delivered>
  explain(ask: Pick<Ask, 'imageId' | 'query' | 'caller' | 'accept' | 'hints'>): Promise<Explanation>
  markup(principal: Principal, imageId: string, query: MarkupQuery): Promise<Markup>
  /** For the HTTP server's listener, before routing: answers what was answered before from memory. */
  handleHot(request: IncomingMessage, response: ServerResponse): boolean
  /** Lets the hot lane repeat an answer for its URL. */
  learn: HotLane['learn']
  /** Milliseconds after which a client that takes nothing is let go. */
  readonly idleMs: number
  load(): DeliveryLoad
  /** Listens for changes of images; before this, answers may be as old as the facts' time. */
  start(): Promise<void>
  /** Resolves when nothing is being stored behind answers. */
  idle(): Promise<void>
  close(): Promise<void>
}

const tidyEveryMs = 30_000

export function createDelivery(options: DeliveryOptions): Delivery {
  const { images, storage, cache, config, clock, bus, signer } = options
  const { ledger } = images
  const onError = options.onError ?? (() => {})
  const facts = createFacts({ images, clock, ttlMs: config.factsTtlMs, limitMs: config.factsLimitMs })
  const memory = createMemory({ maxBytes: config.memoryBytes, entryBytes: config.entryBytes })
  const keeper = createKeeper({
    storage,
    cache,
    ledger,
    storageBytes: config.storageBytes,
    isBusy: () => renditions.running > 0,
    onError,
  })
  const maker = createMaker({
    storage,
    ledger,
    rendering: options.rendering,
    images,
    keeper,
    timeoutMs: config.renderTimeoutMs,
    onError,
  })
  const { cacheTtlMs, entryBytes, exclusiveWaitMs } = config
  const renditions: Renditions = createRenditions({
    memory,
    cache,
    storage,
    ledger,
    keeper,
    maker,
    cacheTtlMs,
    entryBytes,
    exclusiveWaitMs,
  })
  const avif = createAvif({ mode: config.avif, ledger, renditions, onError })
  const used = keeper.used
  const now = () => clock.now().getTime()
  const hot = createHotLane({ memory, facts, config, used, now, requestId: options.requestId })
  const shared: DeliverOptions = {
    facts,
    avif,
    signer,
    images,
    config,
    renditions,
    storage,
    clock,
  }

  let unsubscribe: (() => Promise<void>) | null = null
  let timer: NodeJS.Timeout | null = null
  let tidying: Promise<void> = Promise.resolve()
  const tidy = (): void => {
    tidying = tidying.then(() => keeper.tidy()).catch((error) => onError(error, 'renditions were not tidied'))
  }
  const changed = (payload: unknown): void => {
    const { imageId } = (payload ?? {}) as { imageId?: unknown }
    if (typeof imageId !== 'string') return
    facts.drop(imageId)
    memory.drop(imageId)
    keeper.drop(imageId)
  }

  return {
    deliver: (ask, signal) => deliver(ask, shared, signal),
    explain: (ask) => explain(ask, { ...shared, signer }),
    async markup(principal, imageId, query) {
      const described = await options.describe(principal, imageId)
      const known = await facts.get(imageId)
      const version = known === null ? null : await facts.version(imageId, known.facts.version)
      if (version === null) throw noSuchImage()
      return markupOf(described, version, query, { signer, ladder: config.ladder })
    },
    handleHot: (request, response) => hot.handle(request, response),
    learn: (url, accept, answer) => hot.learn(url, accept, answer),
    idleMs: config.idleMs,
    load: () => ({
      memoryBytes: memory.bytes,
      memoryEntries: memory.entries,
      hotAnswers: hot.answers,
      hotUrls: hot.urls,
      running: renditions.running,
    }),
    async start() {
      unsubscribe = await bus.subscribe(imageChangedTopic, changed)
      timer = setInterval(tidy, tidyEveryMs)
      timer.unref()
    },
    idle: () => keeper.idle(),
    async close() {
      if (timer !== null) clearInterval(timer)
      await unsubscribe?.()
      await avif.close()
      await keeper.idle()
      tidy()
      await tidying
    },
  }
}
