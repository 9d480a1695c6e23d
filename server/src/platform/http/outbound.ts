import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@rendition/contract'
import ipaddr from 'ipaddr.js'
import { isShortage, outOfDescriptors } from '../shortage.ts'
import { type ReceivedAnswer, type SentRequest, sendRequest } from './send-request.ts'

export interface OutboundOptions {
  /** CIDRs that may be reached although they are not public. */
  allow: readonly string[]
  /** For tests that rebind a name between two look-ups. */
  lookup?: LookupFunction
}

export interface OutboundRequest {
  method?: 'GET' | 'POST'
  headers?: Readonly<Record<string, string>>
  body?: string
  /** Milliseconds until the head of the answer is there, redirects included. */
  timeoutMs: number
  /** Milliseconds from there until the body has ended; absent, it may take long, but never pause long. */
  bodyTimeoutMs?: number
  /** 0 gives a redirect back as the answer. */
  maxRedirects: number
  signal?: AbortSignal
}

export interface OutboundAnswer {
  status: number
  headers: Headers
  /** Where the last redirect led. */
  url: string
  /** Fails with `fetch_failed` when it breaks off, or with the reason of the request's signal. */
  body: ReadableStream<Uint8Array> | null
}

/** Requests to addresses that users name: only ever to public addresses, or ones the operator allowed. */
export interface Outbound {
  /** Throws `address_not_allowed`, `fetch_failed`, or `unavailable` for a want of ours; any HTTP status is an answer. The body must be read or cancelled. */
  fetch(url: string, request: OutboundRequest): Promise<OutboundAnswer>
  /**
   * For an address that is used later: throws `address_not_allowed` where it is known now that it would not be reached.
   * A name that does not resolve yet, or not soon, passes: it is judged again at every connection.
   */
  judge(url: string): Promise<void>
  close(): Promise<void>
}

/** Milliseconds that a body that is read may say nothing. */
const pausedMs = 30_000
/** Milliseconds that a name is given to resolve while somebody waits for the answer. */
const judgeMs = 2_000
/** The system's look-up holds one of Node's four threads for as long as a name server pleases. */
const judgedAtOnce = 2

/**
 * The address is checked when the connection is made, on the very address that is connected to: a name that changes
 * between check and use (DNS rebinding), a redirect and every spelling of an address (`2130706433`, `::ffff:7f00:1`)
 * come through the same gate. An allow-list (`unicast`) is right where a deny-list forgets the next special range.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const allowed = options.allow.map((cidr) => ipaddr.parseCIDR(cidr))
  const mayReach = (address: string): boolean => {
    const parsed = ipaddr.process(address)
    if (isPublic(parsed)) return true
    return allowed.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))
  }
  const lookup = guardedLookup(options.lookup ?? (systemLookup as LookupFunction), mayReach)
  let judging = 0
  const running = new Set<Promise<void>>()
  /** Over a connection of its own, to an address that is judged when it is connected to. */
  const send: Send = (url, request) => {
    // A literal address never reaches the look-up.
    const literal = bare(url.hostname)
    if (isIP(literal) !== 0 && !mayReach(literal)) return Promise.reject(refusal(literal))
    const answer = { ended: (): void => undefined }
    const life = new Promise<void>((resolve) => {
      answer.ended = resolve
    }).finally(() => running.delete(life))
    running.add(life)
    return sendRequest(url, { ...request, lookup, onClose: answer.ended })
  }

  return {
    async fetch(url, request) {
      const patience = createPatience(request)
      try {
        const {
          status,
          headers,
          body,
          url: end,
        } = await follow(
          httpUrl(url),
          { ...initOf(request), signal: patience.signal },
          { send, maxRedirects: request.maxRedirects },
        )
        patience.headIsThere()
        if (body === null) patience.end()
        return { status, headers, url: end, body: body && watched(body, request.signal, patience.end) }
      } catch (error) {
        patience.end()
        throw error
      }
    },
    async judge(url) {
      const host = bare(httpUrl(url).hostname)
      if (isIP(host) !== 0) {
        if (!mayReach(host)) throw refusal(host)
        return
      }
      if (judging >= judgedAtOnce) return
      judging += 1
      const looked = new Promise<Error | null>((resolve) => lookup(host, { all: true }, resolve))
      void looked.finally(() => {
        judging -= 1
      })
      const inTime = new AbortController()
      const late = pause(judgeMs, null, { signal: inTime.signal }).catch(() => null)
      const fault = await Promise.race([looked, late])
      inTime.abort()
      if (fault instanceof Failure) throw fault
    },
    async close() {
      await Promise.all(running)
    },
  }
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

/** Aborts when the head, and then the body, take too long, or with the caller. */
function createPatience({ timeoutMs, bodyTimeoutMs, signal }: OutboundRequest) {
  const tooLong = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const within = (ms: number): void => {
    timer = setTimeout(() => tooLong.abort(), ms)
  }
  const end = (): void => clearTimeout(timer)
  within(timeoutMs)
  return {
    signal: signal === undefined ? tooLong.signal : AbortSignal.any([tooLong.signal, signal]),
    headIsThere(): void {
      end()
      if (bodyTimeoutMs !== undefined) within(bodyTimeoutMs)
    },
    end,
  }
}

type Send = (url: URL, request: SentRequest) => Promise<ReceivedAnswer>

/** The answer at the end of the redirects; each address is judged as the first one is. */
async function follow(
  first: URL,
  request: SentRequest,
  { send, maxRedirects }: { send: Send; maxRedirects: number },
): Promise<ReceivedAnswer & { url: string }> {
  let target = first
  for (let redirects = 0; ; redirects += 1) {
    const answer = await attempt(() => send(target, request))
    const location = locationOf(answer)
    const redirected = answer.status >= 300 && answer.status < 400 && location !== null
    if (!redirected || maxRedirects === 0) return { ...answer, url: target.href }
    // Broken off or not, it is of no use.
    answer.body?.destroy()
    if (redirects === maxRedirects) throw new Failure('fetch_failed', 'There were too many redirects.')
    if (!URL.canParse(location, target.href)) {
      throw new Failure('fetch_failed', 'The address redirects to what is no address.')
    }
    target = httpUrl(new URL(location, target).href)
  }
}

/** Where an answer redirects to; what servers send in plain UTF-8, as browsers read it, and not as Latin-1. */
function locationOf({ headers }: ReceivedAnswer): string | null {
  const location = headers.get('location')
  if (location === null) return null
  const text = Buffer.from(location, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? location : text
}

/** The body, whose faults are told in our words; one chunk at a time, as it is read. */
function watched(
  body: Readable,
  signal: AbortSignal | undefined,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const paused = setTimeout(() => body.destroy(new Error('it said nothing for long')), pausedMs)
        try {
          const { done, value } = await chunks.next()
          if (done !== true) return controller.enqueue(value)
          onEnd()
          controller.close()
        } catch (error) {
          onEnd()
          controller.error(
            signal?.aborted === true
              ? signal.reason
              : new Failure('fetch_failed', 'The answer broke off, or took too long.', { cause: error }),
          )
        } finally {
          clearTimeout(paused)
        }
      },
      cancel() {
        onEnd()
        body.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}

/** IPv6 has public addresses here only; below it lie `::a.b.c.d` and other ways to write an IPv4 address. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
/** Public by its number, but Azure answers machines there, with their certificates and keys. */
const azureMetadata = '168.63.129.16'

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return address.toString() !== azureMetadata
  const { parts } = address as ipaddr.IPv6
  // ISATAP (RFC 5214): a tunnel to the IPv4 address in the last 32 bits.
  const isatap = (parts[4] === 0 || parts[4] === 0x200) && parts[5] === 0x5efe
  return address.match(globalUnicast) && !isatap
}

/** With the address itself: it is what the operator would have to allow. */
const refusal = (address: string): Failure =>
  new Failure(
    'address_not_allowed',
    `${address} may not be reached: only public addresses may, and private ones that OUTBOUND_ALLOW names.`,
  )

/** The URL when it is plain HTTP(S) without credentials, else `address_not_allowed`. */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (
    url === null ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new Failure('address_not_allowed', 'The address must be an http or https URL without credentials.')
  }
  return url
}

function initOf({ method, headers, body }: OutboundRequest): Omit<SentRequest, 'signal'> {
  return { method: method ?? 'GET', headers: { 'user-agent': 'Rendition', ...headers }, body }
}

async function attempt(send: () => Promise<ReceivedAnswer>): Promise<ReceivedAnswer> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof Failure) throw error
    if (isShortage(error) || (await outOfDescriptors())) {
      throw new Failure('unavailable', 'No connection could be made from here just now.', {
        retryAfter: 5,
        cause: error,
      })
    }
    throw new Failure('fetch_failed', 'The address could not be reached in time.', { cause: error })
  }
}

/** Refuses when any answer is not allowed: a mixed answer is how rebinding begins. */
function guardedLookup(lookup: LookupFunction, mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, answer) => {
      if (error !== null) return callback(error, '')
      const addresses = Array.isArray(answer) ? answer : [{ address: answer, family: isIP(answer) }]
      const [first] = addresses
      const refused = addresses.find(({ address }) => !mayReach(address))
      if (first === undefined || refused !== undefined) {
        const at = refused === undefined ? hostname : `${hostname} (${refused.address})`
        return callback(refusal(at) as NodeJS.ErrnoException, '')
      }
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
    })
  }
}
