import type { Event } from '@rendition/contract'
import { backoff, sleep } from '../backoff.ts'
import type { Channel } from './channel.ts'

/** `live`: events arrive as they happen. `down`: they do not, and whoever needs news must ask for it. */
export type EventsState = 'connecting' | 'live' | 'down'

export interface EventListeners {
  onEvent(event: Event): void
  onState?(state: EventsState): void
  /** Events were missed that cannot be replayed: load what you show anew. */
  onReset?(): void
}

export interface Events {
  /** Follows the account's events until the returned function is called, over breaks, without gaps or repeats. */
  subscribe(listeners: EventListeners, options?: { after?: string }): () => void
}

/** A connection that lasted this long counts as good, and the next one is tried at once. */
const goodMs = 10_000
const pauses = { firstMs: 500, mostMs: 30_000 }

/**
 * Tries the channels in turn: the one that worked last first, the next one when it did not even get ready. Between
 * rounds it pauses, longer each time. After a break it resumes behind the last event seen.
 */
export function createEvents(channels: readonly Channel[]): Events {
  return {
    subscribe(listeners, options = {}) {
      const ending = new AbortController()
      void follow(channels, listeners, options.after ?? null, ending.signal)
      return () => ending.abort()
    },
  }
}

async function follow(
  channels: readonly Channel[],
  listeners: EventListeners,
  startAfter: string | null,
  signal: AbortSignal,
): Promise<void> {
  let after = startAfter
  let chosen = 0
  let failures = 0
  let state: EventsState | null = null
  const tell = (next: EventsState): void => {
    if (signal.aborted || next === state) return
    state = next
    listeners.onState?.(next)
  }
  tell('connecting')
  while (!signal.aborted) {
    const channel = channels[chosen % channels.length]
    if (channel === undefined) return
    let readyAt: number | null = null
    const sink: Parameters<Channel>[1] = {
      ready() {
        readyAt = Date.now()
        tell('live')
      },
      event(event) {
        after = event.id
        if (!signal.aborted) listeners.onEvent(event)
      },
      reset() {
        after = null
        if (!signal.aborted) listeners.onReset?.()
      },
    }
    await channel(after, sink, signal).catch(() => undefined)
    if (signal.aborted) return
    const lasted: number = readyAt === null ? 0 : Date.now() - readyAt
    if (readyAt === null) chosen++
    failures = lasted >= goodMs ? 0 : failures + 1
    // The first attempt at the next channel needs no pause: nothing says that it is in trouble.
    if (failures === 0 || (readyAt === null && failures < channels.length)) continue
    tell('down')
    await sleep(backoff(failures - 1, pauses), signal).catch(() => undefined)
  }
}
