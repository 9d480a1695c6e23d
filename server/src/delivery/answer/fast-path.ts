import type { IncomingMessage, ServerResponse } from 'node:http'
import { LRUCache } from 'lru-cache'
import { matchesETag } from '../../platform/http/conditions.ts'
import { largeBody, letGoWhenIdle } from '../../platform/http/idle-clients.ts'
import { type RepeatedHead, repeatHead } from '../../platform/http/repeated-head.ts'
import type { DeliveryConfig } from '../config.ts'
import type { Memory, MemoryEntry } from '../renditions/memory.ts'
import { acceptedFormats } from '../request/accept.ts'
import type { KnownImages } from '../request/known-images.ts'
import type { Repeatable } from './answer.ts'
import { answerHeaders, cacheStatusOf } from './headers.ts'

export interface FastPath {
  /**
   * Answers a request whose URL alone gave the same answer before, from memory: no routing, no database, no storage.
   * False when it did not take the request, which then goes its usual way.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Remembers what a URL was answered with. */
  learn(url: string, accept: string | undefined, answer: Repeatable): void
  /** Answers given so far. */
  readonly answers: number
  /** URLs it can answer now, at most. */
  readonly urls: number
}

export interface FastPathOptions {
  memory: Memory
  knownImages: Pick<KnownImages, 'current'>
  config: DeliveryConfig
  /** The request's id, as everywhere else. */
  requestId: (request: IncomingMessage) => string
  /** Told of each answer for the ledger's record of use. */
  used: (imageId: string, key: string) => void
  /** Told of each answer, and of the bytes in it. */
  delivered: (ownerId: string, bytes: number) => void
  /** Milliseconds since 1970. */
  now: () => number
}

interface Known extends Repeatable {
  /** For a body. */
  full: RepeatedHead
  /** For a 304: raw header pairs; the request id, their second entry, is set for each answer. */
  bare: string[]
  /** Characters of the headers. */
  length: number
  /** The second that cache-control was computed for; only URLs with an end need it again. */
  builtAt: number
  /** When the ledger was last told of its use. Milliseconds since 1970. */
  toldAt: number
  /** When the memory was last told. Milliseconds since 1970. */
  touchedAt: number
  /** After this the answer is decided again: an AVIF may exist by then. Milliseconds since 1970. */
  until: number
}

/** Of remembered answers without their pixels. Some 4 KB each, so 4,000 URLs. */
const answersBytes = 16 * 1024 ** 2
/** Two lists of some 14 headers, the record and its places in the maps. */
const answerOverhead = 1536
const negotiatedBytes = 2 * 1024 ** 2
const longestUrl = 1024
const passingForMs = 30_000
const tellEveryMs = 10_000
const touchEveryMs = 1_000
const prefix = '/images/'

/** The short way for what was answered before. Measured in docs/performance.md against a bare node:http server. */
export function createFastPath(options: FastPathOptions): FastPath {
  const { memory, knownImages, config, now } = options
  /** By entry, so that the URLs leave with it: in a soak of ten minutes those of evicted entries came to 100 MiB. */
  const urlsOf = new Map<MemoryEntry, Set<string>>()
  const byUrl = new LRUCache<string, Known>({
    maxSize: answersBytes,
    // As pairs, and as they are written.
    sizeCalculation: ({ length }, name) => 2 * length + name.length + answerOverhead,
    dispose({ entry }, name) {
      const urls = urlsOf.get(entry)
      urls?.delete(name)
      if (urls?.size === 0) urlsOf.delete(entry)
    },
  })
  memory.onLeave((entry) => {
    for (const name of urlsOf.get(entry) ?? []) byUrl.delete(name)
  })
  /** URLs whose answer depends on Accept. */
  const negotiated = new LRUCache<string, true>({
    maxSize: negotiatedBytes,
    sizeCalculation: (_mark, url) => url.length + 100,
  })
  const accepts = new LRUCache<string, string>({ max: 500 })
  let answers = 0

  const acceptClass = (accept: string | undefined): string => {
    const text = accept ?? ''
    const known = accepts.get(text)
    if (known !== undefined) return known
    const { avif, webp } = acceptedFormats(accept)
    const found = `${avif ? 'a' : ''}${webp ? 'w' : ''}`
    if (text.length <= longestUrl) accepts.set(text, found)
    return found
  }
  const nameOf = (url: string, accept: string | undefined): string => `${url} ${acceptClass(accept)}`

  const headersOf = (
    answer: Repeatable,
    length: number | null,
    remainingSeconds: number | null,
  ): Record<string, string> =>
    answerHeaders(
      answer.head,
      { length, remainingSeconds, cacheStatus: cacheStatusOf('memory'), serverTiming: 'cache;desc=memory' },
      config,
    )
  const build = (answer: Repeatable, nowMs: number): Known => {
    const builtAt = Math.ceil(nowMs / 1000)
    const remaining = answer.expiresAt === null ? null : Math.max(0, answer.expiresAt - builtAt)
    const full = headersOf(answer, answer.entry.bytes.length, remaining)
    return {
      ...answer,
      full: repeatHead(full),
      bare: ['x-request-id', '', ...Object.entries(headersOf(answer, null, remaining)).flat()],
      length: Object.entries(full).reduce((sum, [name, value]) => sum + name.length + value.length, 0),
      builtAt,
      toldAt: 0,
      touchedAt: nowMs,
      until: answer.lasting ? Number.POSITIVE_INFINITY : nowMs + passingForMs,
    }
  }
  /** A private answer must not be kept longer than its URL works: the age shrinks as time goes on. */
  const refresh = (known: Known, nowMs: number): void => {
    if (known.expiresAt === null || known.builtAt === Math.ceil(nowMs / 1000)) return
    const again = build(known, nowMs)
    known.full = again.full
    known.bare = again.bare
    known.builtAt = again.builtAt
  }

  return {
    handle(request, response) {
      const { url, method } = request
      if (url === undefined || !url.startsWith(prefix)) return false
      if (method !== 'GET' && method !== 'HEAD') return false
      // Date conditions, and those that may refuse, get their rules from the usual way.
      if (request.headers['if-modified-since'] !== undefined) return false
      if (request.headers['if-match'] !== undefined) return false
      let name = url
      let known = byUrl.get(name)
      if (known === undefined && negotiated.has(url)) {
        name = nameOf(url, request.headers.accept)
        known = byUrl.get(name)
      }
      if (known === undefined) return false
      const nowMs = now()
      const over = known.expiresAt !== null && known.expiresAt * 1000 <= nowMs
      const better = known.wish?.made === true
      if (
        !known.entry.kept ||
        over ||
        better ||
        known.until <= nowMs ||
        !knownImages.current(known.image, nowMs)
      ) {
        byUrl.delete(name)
        return false
      }
      refresh(known, nowMs)
      if (method === 'GET') known.wish?.ask()
      if (nowMs - known.touchedAt > touchEveryMs) {
        known.touchedAt = nowMs
        memory.touch(known.entry)
      }
      if (nowMs - known.toldAt > tellEveryMs) {
        known.toldAt = nowMs
        options.used(known.entry.imageId, known.entry.key)
      }
      answers += 1
      const condition = request.headers['if-none-match']
      const unchanged = condition !== undefined && matchesETag(condition, known.head.etag)
      const id = options.requestId(request)
      if (method === 'GET') {
        options.delivered(known.image.facts.ownerId, unchanged ? 0 : known.entry.bytes.length)
      }
      if (unchanged) {
        known.bare[1] = id
        response.writeHead(304, known.bare)
      } else known.full.write(response, id, nowMs)
      if (unchanged || method === 'HEAD') response.end()
      else {
        if (known.entry.bytes.length > largeBody) letGoWhenIdle(response, config.idleMs)
        response.end(known.entry.bytes)
      }
      return true
    },
    learn(url, accept, answer) {
      if (url.length > longestUrl || !url.startsWith(prefix) || !answer.entry.kept) return
      if (answer.negotiated) {
        negotiated.set(url, true)
        // Before it was: by the same URL it would be found first.
        byUrl.delete(url)
      }
      const name = answer.negotiated ? nameOf(url, accept) : url
      byUrl.set(name, build(answer, now()))
      if (byUrl.has(name)) urlsOf.set(answer.entry, (urlsOf.get(answer.entry) ?? new Set()).add(name))
    },
    get answers() {
      return answers
    },
    get urls() {
      return byUrl.size
    },
  }
}
