import { isFailure } from '@rendition/contract'
import type { Clock } from '../../platform/clock.ts'
import type { Outbound } from '../../platform/http/outbound.ts'
import { isResolverAway } from '../../platform/shortage.ts'
import { signedHeaders } from '../secret.ts'
import type { Outcome } from '../store/deliveries.ts'
import type { WebhookDelivery } from '../types.ts'
import { pauseAfter, pauseOfOurs, retryAfterMs } from './schedule.ts'

const timeoutMs = 15_000

export interface Attempt extends Outcome {
  /** The endpoint answered 410: it wants nothing any more. */
  gone: boolean
}

/** Sends one delivery once and says what is to become of it. Never throws for what the other side does. */
export async function send(
  delivery: WebhookDelivery,
  secrets: readonly string[],
  deps: { outbound: Outbound; clock: Clock; random: () => number; signal: AbortSignal },
): Promise<Attempt> {
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
    // What the endpoint says beyond its status is of no use, may be endless, and may break off.
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
      }
    }
    const wait = retryAfterMs(response.headers.get('retry-after'), now)
    return again(delivery, status, `The endpoint answered ${status}.`, wait, deps.random())
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
): Attempt {
  const gone = responseStatus === 410
  const pauseMs = gone ? null : pauseAfter(delivery.attempts, wait, random)
  return {
    status: pauseMs === null ? 'failed' : 'pending',
    responseStatus,
    error,
    pauseMs,
    gone,
    ours: false,
  }
}

/** The endpoint was never asked: the attempt does not count, and the next one comes as soon as this may have passed. */
function soonAgain(delivery: WebhookDelivery, now: Date): Attempt {
  const pauseMs = pauseOfOurs(now.getTime() - delivery.createdAt.getTime())
  return {
    status: pauseMs === null ? 'failed' : 'pending',
    responseStatus: null,
    error: 'No connection could be made from here.',
    pauseMs,
    gone: false,
    ours: true,
  }
}
