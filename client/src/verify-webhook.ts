import type { Event } from '@rendition/contract'

/** What arrived is not to be believed: another's signature, none, or too old a message. Answer it with 400 or 401. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
}

export interface WebhookMessage {
  /** The request's headers: a `Headers`, or Node's `request.headers`. */
  headers: Pick<Headers, 'get'> | Readonly<Record<string, string | readonly string[] | undefined>>
  /** The body as it arrived, not parsed and written again: one space more is another message. */
  body: string | Uint8Array
  /** `whsec_…`; several while one is being replaced. */
  secret: string | readonly string[]
  /** Seconds that the message's time may differ from this clock, either way, so that nobody sends an old one again. */
  toleranceSeconds?: number
  /** Milliseconds since 1970. */
  now?: () => number
}

/**
 * The event of a webhook request, after its signature and time were checked as Standard Webhooks 1.0 says
 * (https://www.standardwebhooks.com). By WebCrypto: in Node, edge runtimes and workers. Throws `WebhookError`.
 */
export async function verifyWebhook(message: WebhookMessage): Promise<Event> {
  const { toleranceSeconds = 300, now = Date.now } = message
  const id = headerOf(message.headers, 'webhook-id')
  const timestamp = headerOf(message.headers, 'webhook-timestamp')
  const signatures = headerOf(message.headers, 'webhook-signature')
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError('webhook-timestamp is not a time.')
  if (Math.abs(now() / 1000 - Number(timestamp)) > toleranceSeconds) {
    throw new WebhookError('The message is too old, or one of the two clocks is wrong.')
  }
  const body = typeof message.body === 'string' ? encode(message.body) : message.body
  const signed = concat(encode(`${id}.${timestamp}.`), body)
  const given = signatures
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .flatMap((each) => bytesOf(each.slice(3)) ?? [])
  for (const secret of [message.secret].flat()) {
    const key = await importKey(secret)
    for (const signature of given) {
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return read(body)
    }
  }
  throw new WebhookError('No signature of the message was made with this secret.')
}

function headerOf(headers: WebhookMessage['headers'], name: string): string {
  const value =
    typeof headers.get === 'function'
      ? (headers as Pick<Headers, 'get'>).get(name)
      : (headers as Readonly<Record<string, string | readonly string[] | undefined>>)[name]
  if (typeof value !== 'string' || value === '') throw new WebhookError(`The message has no ${name}.`)
  return value
}

function importKey(secret: string): Promise<CryptoKey> {
  const bytes = bytesOf(secret.replace(/^whsec_/, ''))
  if (bytes === null || bytes.length === 0) throw new TypeError('The secret is not one: whsec_ and base64.')
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  } catch {
    return null
  }
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length)
  all.set(one)
  all.set(other, one.length)
  return all
}

function read(body: Uint8Array): Event {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Event
  } catch (cause) {
    throw new WebhookError('The message is not JSON.', { cause })
  }
}
