import { Failure } from '@rendition/contract'
import type { Clock } from '../platform/clock.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Answer, Ask } from './ask.ts'
import { isNotModified, rangeOf } from './conditions.ts'
import { type DecideOptions, type Decision, decide } from './decide.ts'
import { directLink } from './direct.ts'
import { contentDisposition, safeContentType } from './disposition.ts'
import type { KnownImage } from './facts.ts'
import {
  type AnswerFacts,
  answerHeaders,
  bypassStatus,
  hitStatus,
  missStatus,
  redirectHeaders,
} from './headers.ts'
import type { MemoryEntry, RenditionMeta } from './memory.ts'
import { type OriginalPlan, type RenditionPlan, readsOthers } from './plan.ts'
import type { Layer, Renditions } from './renditions.ts'

/** What the hot lane may repeat for the same URL. */
export interface Repeatable {
  entry: MemoryEntry
  image: KnownImage
  facts: AnswerFacts
  /** Unix seconds; null when the URL has no end. */
  expiresAt: number | null
  /** Chosen by `Accept`. */
  negotiated: boolean
  /** Nothing but the image itself can change the answer. */
  lasting: boolean
}

export interface Delivered extends Answer {
  layer: Layer | 'original'
  /** null when the URL alone does not give the same answer to everybody. */
  repeatable: Repeatable | null
}

export interface DeliverOptions extends DecideOptions {
  renditions: Renditions
  storage: Storage
  clock: Clock
}

/** The cause of `range_not_satisfiable`: the answer names the true length. */
export class OutOfRange extends Error {
  readonly size: number
  constructor(size: number) {
    super(`beyond ${size} bytes`)
    this.size = size
  }
}

/** Answers one request for a picture. Throws the failures of the catalogue. */
export async function deliver(ask: Ask, options: DeliverOptions, signal: AbortSignal): Promise<Delivered> {
  const started = performance.now()
  const decision = await decide(ask, options)
  const { plan } = decision
  return plan.kind === 'original'
    ? answerOriginal(ask, { ...decision, plan }, started, options, signal)
    : answerRendition(ask, { ...decision, plan }, started, options, signal)
}

type Decided<P> = Decision & { plan: P }
type Content = Pick<AnswerFacts, 'etag' | 'contentType'> & { format: string }

function factsOf(decision: Decision, content: Content, ranges: boolean): AnswerFacts {
  const { request } = decision.understood.parsed
  const { facts, version } = decision.plan
  const { consulted } = decision.understood
  return {
    imageId: facts.id,
    audience: decision.audience,
    fixed: decision.fixed,
    etag: content.etag,
    contentType: safeContentType(content.contentType),
    disposition: contentDisposition({
      ...content,
      originalName: facts.originalName,
      download: request.download,
    }),
    modifiedAt: decision.fixed ? version.createdAt : null,
    vary: [...(decision.choice === null ? [] : ['Accept']), ...consulted],
    hinted: consulted.length > 0,
    ranges,
  }
}

function remainingSeconds(decision: Decision, clock: Clock): number | null {
  if (decision.expiresAt === null) return null
  return Math.max(0, decision.expiresAt - Math.ceil(clock.now().getTime() / 1000))
}

const since = (started: number): string => (performance.now() - started).toFixed(1)

/** The stored bytes, streamed, in ranges too; or the way to where the storage sends them itself. */
async function answerOriginal(
  ask: Ask,
  decision: Decided<OriginalPlan>,
  started: number,
  options: DeliverOptions,
  signal: AbortSignal,
): Promise<Delivered> {
  const { original } = decision.plan.version
  const { format, contentType, size } = original
  const facts = factsOf(decision, { etag: `"${original.sha256}"`, contentType, format }, true)
  const head = (length: number | null): Record<string, string> =>
    answerHeaders(
      facts,
      {
        length,
        remainingSeconds: remainingSeconds(decision, options.clock),
        cacheStatus: bypassStatus,
        serverTiming: `total;dur=${since(started)}`,
      },
      options.config,
    )
  const rest = { layer: 'original' as const, repeatable: null }
  if (isNotModified(ask.conditions, facts.etag, facts.modifiedAt)) {
    return { ...rest, status: 304, headers: head(null), body: null }
  }
  const range = ask.method === 'GET' ? rangeOf(ask.range, size, facts.etag) : null
  if (range === 'unsatisfiable') {
    throw new Failure('range_not_satisfiable', `The original has ${size} bytes.`, {
      cause: new OutOfRange(size),
    })
  }
  const { clock, config, storage } = options
  const now = clock.now()
  const link = await directLink(ask, original, facts, decision.expiresAt, { storage, config, now })
  if (link !== null) return { ...rest, status: 302, headers: redirectHeaders(facts, link), body: null }
  const body =
    ask.method === 'HEAD'
      ? null
      : await storage.get(original.key, { signal, ...(range === null ? {} : { range }) })
  if (range === null) return { ...rest, status: 200, headers: head(size), body }
  const headers = {
    ...head(range.end - range.start + 1),
    'content-range': `bytes ${range.start}-${range.end}/${size}`,
  }
  return { ...rest, status: 206, headers, body }
}

async function answerRendition(
  ask: Ask,
  decision: Decided<RenditionPlan>,
  started: number,
  options: DeliverOptions,
  signal: AbortSignal,
): Promise<Delivered> {
  const { renditions, clock, config } = options
  const answer = (meta: RenditionMeta, size: number, cacheStatus: string, serverTiming: string) => {
    const facts = factsOf(decision, meta, false)
    const unchanged = isNotModified(ask.conditions, meta.etag, facts.modifiedAt)
    const length = unchanged ? null : size
    const remaining = remainingSeconds(decision, clock)
    const headers = answerHeaders(
      facts,
      { length, remainingSeconds: remaining, cacheStatus, serverTiming },
      config,
    )
    return { facts, unchanged, status: unchanged ? (304 as const) : (200 as const), headers }
  }

  const { ifNoneMatch, ifModifiedSince } = ask.conditions
  if (
    ask.method === 'HEAD' ||
    ifNoneMatch !== undefined ||
    (decision.fixed && ifModifiedSince !== undefined)
  ) {
    // What is written about the rendition is enough: no pixels are read.
    const known = await renditions.peek(decision.plan)
    if (known !== null) {
      const { layer } = known
      const { status, headers, unchanged } = answer(
        known.meta,
        known.size,
        hitStatus(layer),
        `total;dur=${since(started)}`,
      )
      if (unchanged || ask.method === 'HEAD') return { layer, status, headers, body: null, repeatable: null }
    }
  }

  const found = await renditions.obtain(decision.plan, decision.image, signal)
  const { meta, bytes, layer, timings } = found
  const { facts, status, headers, unchanged } = answer(
    meta,
    bytes.length,
    layer === 'render' ? missStatus : hitStatus(layer),
    `lookup;dur=${timings.lookup.toFixed(1)}, render;dur=${timings.render.toFixed(1)}, total;dur=${since(started)}`,
  )
  const { entry } = found
  const same = decision.audience !== 'caller' && !facts.hinted && entry !== null
  // A name in the URL makes endless URLs of one picture: they are not worth a place.
  const named = typeof decision.understood.parsed.request.download === 'string'
  const { image, expiresAt } = decision
  const negotiated = decision.choice !== null
  const lasting = !negotiated && !readsOthers(decision.plan)
  return {
    layer,
    status,
    headers,
    body: unchanged || ask.method === 'HEAD' ? null : bytes,
    repeatable: same && !named ? { entry, image, facts, expiresAt, negotiated, lasting } : null,
  }
}
