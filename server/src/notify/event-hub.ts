import { type EventLog, eventsAppendedTopic } from '../jobs/index.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'

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
export async function createEventHub(deps: {
  events: EventLog
  bus: Bus
  logger: Logger
}): Promise<EventHub> {
  const { events, bus, logger } = deps
  const followers = new Map<string, Set<() => void>>()
  let position = 0
  /** Nobody followed, so nobody read: the next look starts at the end of the log, not at what was missed. */
  let behind = true
  let reading: Promise<void> | null = null
  let hinted = false

  const readTail = async (): Promise<void> => {
    if (behind) {
      behind = false
      position = await events.head()
      for (const mine of followers.values()) for (const onNews of mine) onNews()
    }
    do {
      hinted = false
      const news = await events.after(position, { limit: batch })
      const last = news.at(-1)
      if (last === undefined) continue
      position = last.position
      for (const ownerId of new Set(news.map((event) => event.ownerId))) {
        for (const onNews of followers.get(ownerId) ?? []) onNews()
      }
      if (news.length === batch) hinted = true
    } while (hinted)
  }
  const wake = (): void => {
    hinted = true
    if (reading !== null || followers.size === 0) return
    reading = readTail()
      .catch((error: unknown) => logger.warn({ err: error }, 'the event log cannot be read'))
      .finally(() => {
        reading = null
      })
  }

  const unsubscribe = await bus.subscribe(eventsAppendedTopic, wake)
  const timer = setInterval(wake, pollMs)
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
      clearInterval(timer)
      await unsubscribe()
      await reading
    },
  }
}
