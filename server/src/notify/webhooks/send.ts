import { isFailure } from '@rendition/contract'
import type { Clock } from '../../platform/clock.ts'
import type { Outbound, OutboundAnswer } from '../../platform/http/outbound.ts'
import { isResolverAway } from '../../platform/shortage.ts'
import { signedHeaders } from '../secret.ts'
import type { Outcome } from '../store/deliveries.ts'
import type { WebhookDelivery } from '../types.ts'
import { pauseAfter, pauseOfOurs, retryAfterMs } from './schedule.ts'

const timeoutMs = 15_000
/** Bytes of an answer that are kept, and how long they are waited for. */
const answerBytes = 1024
const answerMs = 2_000

export interface Attempt extends Outcome {
  /** The endpoint answered 410: it wants nothing any more. */
  gone: boolean
}

/** Sends one delivery once and says what is to become of it. Never throws for what the other side does. */
export async function send(
  delivery: WebhookDelivery,
  secrets: readonly string[],
  deps: { outbound: Outbound; clock: Clock; random: () => number; signal: AbortSignal; keepAnswers: boolean },
): Promise<Attempt> {
  const started = performance.now()
  const attempt = await attemptOnce(delivery, secrets, deps)
  return { ...attempt, durationMs: attempt.ours ? null : Math.round(performance.now() - started) }
}

type Judged = Omit<Attempt, 'durationMs'>

async function attemptOnce(
  delivery: WebhookDelivery,
  secrets: readonly string[],
  deps: Parameters<typeof send>[2],
): Promise<Judged> {
  const now = deps.clock.now()
  try {
    const response = await deps.outbound.fetch(delivery.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...signedHeaders(secrets, delivery.eventId, now, delivery.body),
      },
      body: delivery.body,
      timeoutMs,
      maxRedirects: 0,
      signal: deps.signal,
    })
    // What the endpoint says beyond its status is for its owner to read. It may be endless, and may break off.
    const answer = deps.keepAnswers ? await beginningOf(response.body) : null
    await response.body?.cancel().catch(() => undefined)
    const { status } = response
    if (status >= 200 && status < 300) {
      return {
        status: 'delivered',
        responseStatus: status,
        error: null,
        pauseMs: null,
        gone: false,
        ours: false,
        answer,
      }
    }
    const wait = retryAfterMs(response.headers.get('retry-after'), now)
    return { ...again(delivery, status, `The endpoint answered ${status}.`, wait, deps.random()), answer }
  } catch (error) {
    if (isFailure(error, 'unavailable') || isResolverAway(error)) return soonAgain(delivery, now)
    const detail = isFailure(error) ? error.detail : 'The endpoint could not be reached.'
    // An address that may not be reached today may be a name that moves: it is retried like any other failure.
    return again(delivery, null, detail, null, deps.random())
  }
}

function again(
  delivery: WebhookDelivery,
  responseStatus: number | null,
  error: string,
  wait: number | null,
  random: number,
): Judged {
  const gone = responseStatus === 410
  const pauseMs = gone ? null : pauseAfter(delivery.attempts, wait, random)
  return {
    status: pauseMs === null ? 'failed' : 'pending',
    responseStatus,
    error,
    pauseMs,
    gone,
    ours: false,
    answer: null,
  }
}

/** The endpoint was never asked: the attempt does not count, and the next one comes as soon as this may have passed. */
function soonAgain(delivery: WebhookDelivery, now: Date): Judged {
  const pauseMs = pauseOfOurs(now.getTime() - delivery.createdAt.getTime())
  return {
    status: pauseMs === null ? 'failed' : 'pending',
    responseStatus: null,
    error: 'No connection could be made from here.',
    pauseMs,
    gone: false,
    ours: true,
    answer: null,
  }
}

/** The first bytes of an answer as text; null where it has none. An answer that comes slowly is cut where it is. */
async function beginningOf(body: OutboundAnswer['body']): Promise<string | null> {
  if (body === null) return null
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), answerMs)
  })
  try {
    while (length < answerBytes) {
      const read = await Promise.race([reader.read(), late])
      if (read === null || read.done) break
      chunks.push(read.value)
      length += read.value.byteLength
    }
  } catch {
    // It broke off: what came is what is kept.
  } finally {
    clearTimeout(timer)
    await reader.cancel().catch(() => undefined)
    reader.releaseLock()
  }
  // No database text holds a NUL, and a letter that is cut in two is left out.
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, answerBytes), { stream: true })
  return text === '' ? null : text.replaceAll('\u0000', '\ufffd')
}
