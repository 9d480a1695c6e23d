import { type EventLog, eventsAppendedTopic } from '../../jobs/index.ts'
import type { Bus } from '../../platform/events/port.ts'
import { startLoop } from '../../platform/loop.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'

export interface EventHub {
  /** Calls `onNews` whenever the owner may have new events; gives an unsubscribe. */
  follow(ownerId: string, onNews: () => void): () => void
  close(): Promise<void>
}

/** The bus only hints, and may be away: the log is looked at this often without a hint. */
const pollMs = 5_000
const batch = 500

/**
 * Reads the tail of the log once for the whole process and tells who has news; each stream then reads its own
 * events by its own cursor, so a slow reader delays nobody and nothing depends on a hint arriving.
 */
export async function createEventHub(deps: { events: EventLog; bus: Bus; log: Logger }): Promise<EventHub> {
  const { events, bus, log } = deps
  const followers = new Map<string, Set<() => void>>()
  let position = 0
  /** Nobody followed, so nobody read: the next look starts at the end of the log, not at what was missed. */
  let behind = true

  const readTail = async (): Promise<number | undefined> => {
    if (followers.size === 0) return
    if (behind) {
      behind = false
      position = await events.head()
      for (const mine of followers.values()) for (const onNews of mine) onNews()
    }
    const news = await events.after(position, { limit: batch })
    position = news.at(-1)?.position ?? position
    for (const ownerId of new Set(news.map((event) => event.ownerId))) {
      for (const onNews of followers.get(ownerId) ?? []) onNews()
    }
    return news.length === batch ? 0 : undefined
  }
  const loop = startLoop({ name: 'event hub', everyMs: pollMs, firstMs: pollMs, pass: readTail, log })
  const unsubscribe = await bus.subscribe(eventsAppendedTopic, () => {
    if (followers.size > 0) loop.wake()
  })

  return {
    follow(ownerId, onNews) {
      const mine = followers.get(ownerId) ?? new Set()
      followers.set(ownerId, mine.add(onNews))
      return () => {
        mine.delete(onNews)
        if (mine.size === 0 && followers.get(ownerId) === mine) followers.delete(ownerId)
        if (followers.size === 0) behind = true
      }
    },
    async close() {
      await unsubscribe()
      await loop.stop()
    },
  }
}
