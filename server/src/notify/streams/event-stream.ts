import { type Event, Failure } from '@rendition/contract'
import type { EventLog } from '../../jobs/index.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { publicEvent } from '../public-event.ts'
import type { EventHub } from './event-hub.ts'

/** Where a stream's events go. `send` resolves when the reader can take more. */
export interface EventSink {
  send(event: Event): Promise<void>
  /** The replay point is unknown (never existed, or pruned): the reader should load its state anew. */
  reset(): Promise<void>
}

export interface EventStreams {
  /** Takes one of the account's places; throws 429 when none is left. Disposing the stream frees the place. */
  open(principal: Principal): EventStream
}

export interface EventStream extends Disposable {
  /**
   * Sends the principal's events to the sink until the signal aborts: first what came after event id `after`
   * (nothing old without it), then what happens.
   */
  run(after: string | null, sink: EventSink, signal: AbortSignal): Promise<void>
}

const batch = 100

export function createEventStreams(deps: {
  events: EventLog
  hub: EventHub
  streamsPerUser: number
}): EventStreams {
  const { events, hub, streamsPerUser } = deps
  const places = new Map<string, number>()

  const leave = (userId: string): void => {
    const left = (places.get(userId) ?? 1) - 1
    if (left === 0) places.delete(userId)
    else places.set(userId, left)
  }

  return {
    open({ userId }) {
      const taken = places.get(userId) ?? 0
      if (taken >= streamsPerUser) {
        throw new Failure('rate_limited', `At most ${streamsPerUser} event streams at a time.`, {
          retryAfter: 30,
        })
      }
      places.set(userId, taken + 1)
      return {
        async run(after, sink, signal) {
          const bell = createBell(signal)
          // Followed before the head is read, so nothing falls between the two.
          const unfollow = hub.follow(userId, bell.ring)
          try {
            let position = await startOf(after, sink)
            while (!signal.aborted) {
              const news = await events.after(position, { ownerId: userId, limit: batch })
              for (const logged of news) {
                if (signal.aborted) return
                await sink.send(publicEvent(logged))
                position = logged.position
              }
              if (news.length < batch) await bell.rung()
            }
          } finally {
            unfollow()
          }
        },
        [Symbol.dispose]: () => leave(userId),
      }
    },
  }

  async function startOf(after: string | null, sink: EventSink): Promise<number> {
    if (after === null) return events.head()
    const position = await events.positionOf(after)
    if (position !== null) return position
    const head = await events.head()
    await sink.reset()
    return head
  }
}

/** Remembers a ring that came while nobody waited; an abort rings too. */
function createBell(signal: AbortSignal): { ring(): void; rung(): Promise<void> } {
  let pending = false
  let wake: (() => void) | null = null
  const ring = (): void => {
    pending = true
    wake?.()
  }
  signal.addEventListener('abort', ring, { once: true })
  return {
    ring,
    async rung() {
      if (!pending) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      wake = null
      pending = false
    },
  }
}
