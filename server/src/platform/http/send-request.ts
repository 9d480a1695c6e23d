import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

export interface SentRequest {
  method: 'GET' | 'POST' | 'PUT'
  headers: Readonly<Record<string, string>>
  body?: string | undefined
  /** Ends the request, and the body of its answer. */
  signal: AbortSignal
  /** The system's, where absent. */
  lookup?: LookupFunction
  /** The connection is no more; nothing of this request runs on. */
  onClose?: () => void
}

export interface ReceivedAnswer {
  status: number
  headers: Headers
  /** Unpacked; must be read or destroyed. Null for an answer that has none. */
  body: Readable | null
}

/** Milliseconds until there is a connection, TLS included. */
const connectMs = 10_000
const hasNoBody = new Set([204, 205, 304])

/**
 * One request over a connection of its own, and its answer as soon as its head is there; follows nothing. Node's own client, for that of
 * undici ends the process by a failed assertion where a machine ends its answer while nobody reads it
 * (nodejs/undici#5360). Rejects with what Node says, or with what the look-up says.
 */
export function sendRequest(url: URL, request: SentRequest): Promise<ReceivedAnswer> {
  const { method, body, signal, lookup, onClose } = request
  const send = url.protocol === 'https:' ? overHttps : overHttp
  return new Promise((resolve, reject) => {
    const sent = send(url, {
      method,
      headers: { accept: '*/*', 'accept-encoding': 'identity', ...request.headers },
      signal,
      ...(lookup === undefined ? {} : { lookup }),
      // A later request must look up and be judged again.
      agent: false,
    })
    const connecting = setTimeout(() => sent.destroy(new Error('there was no connection in time')), connectMs)
    const connected = (): void => clearTimeout(connecting)
    sent.once('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', connected)
    })
    sent.once('close', () => {
      connected()
      onClose?.()
    })
    // For as long as it lives: what breaks behind the head is told by the body.
    sent.on('error', reject)
    sent.once('response', (answer) => {
      try {
        resolve(receivedOf(answer))
      } catch (error) {
        answer.destroy()
        reject(error)
      }
    })
    sent.end(body)
  })
}

function receivedOf(answer: IncomingMessage): ReceivedAnswer {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  const status = answer.statusCode ?? 0
  if (!hasNoBody.has(status)) return { status, headers, body: unpacked(answer, headers) }
  answer.resume()
  return { status, headers, body: null }
}

/** Of bodies that end early it gives what there is, as browsers do. */
const lenient = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }
const lenientBrotli = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
}
const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: () => createGunzip(lenient),
  'x-gzip': () => createGunzip(lenient),
  deflate: () => createInflate(lenient),
  br: () => createBrotliDecompress(lenientBrotli),
}
/** One over the other; more are nobody's but an attacker's. */
const mostCodings = 3

/** Nobody asked for a coding; what comes packed all the same is unpacked, and what is packed in unknown ways is given as it is. */
function unpacked(answer: IncomingMessage, headers: Headers): Readable {
  const codings = (headers.get('content-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
  const steps = codings.toReversed().map((coding) => unpackers[coding])
  if (steps.length === 0 || steps.length > mostCodings || steps.includes(undefined)) return answer
  const streams = steps.flatMap((make) => (make === undefined ? [] : [make()]))
  // Whoever reads the last is told of whatever broke.
  return pipeline([answer, ...streams], () => undefined) as unknown as Readable
}
