import type { EventLog, LoggedEvent } from '../../jobs/index.ts'
import type { Database } from '../../platform/database/port.ts'
import { publicEvent } from '../event-stream.ts'
import { insertDeliveries, lockCursor, moveCursor } from './delivery-store.ts'
import { holdWebhooksOf } from './store.ts'
import type { NewDelivery, Webhook } from './types.ts'

const batch = 200

/** Of which the address given with an upload or job is told: the ends it was given for. */
const ends = new Set(['image.complete', 'image.failed', 'job.complete', 'job.failed', 'job.cancelled'])

export interface FanOutDeps {
  db: Database
  events: EventLog
}

/**
 * Turns logged events into deliveries, a batch in one transaction with the cursor, so each event is fanned out
 * exactly once whatever dies. Gives how many events it took; 0 when there is nothing or another process is at it.
 */
export async function fanOut(deps: FanOutDeps): Promise<number> {
  const head = await deps.events.head()
  return deps.db.transaction(async (tx) => {
    const position = await lockCursor(tx, head)
    if (position === null) return 0
    const events = await deps.events.after(position, { limit: batch })
    const last = events.at(-1)
    if (last === undefined) return 0
    const endpoints = await holdWebhooksOf(tx, [...new Set(events.map((event) => event.ownerId))])
    const deliveries: NewDelivery[] = []
    for (const event of events) {
      for (const endpoint of endpoints)
        if (wants(endpoint, event)) deliveries.push(deliveryTo(event, endpoint))
      const url = event.webhookUrl ?? null
      if (url !== null && ends.has(event.type)) deliveries.push(deliveryTo(event, { id: null, url }))
    }
    await insertDeliveries(tx, deliveries)
    await moveCursor(tx, last.position)
    return events.length
  })
}

function wants(endpoint: Webhook, event: LoggedEvent): boolean {
  if (endpoint.ownerId !== event.ownerId) return false
  // An endpoint hears of what happens after it was made; progress is for people who watch, not for servers.
  if (event.createdAt < endpoint.createdAt) return false
  return endpoint.types === null ? event.type !== 'job.progress' : endpoint.types.includes(event.type)
}

function deliveryTo(event: LoggedEvent, target: { id: string | null; url: string }): NewDelivery {
  const { id, type, timestamp, data } = publicEvent(event)
  return {
    ownerId: event.ownerId,
    webhookId: target.id,
    url: target.url,
    eventId: id,
    eventType: type,
    body: JSON.stringify({ type, timestamp, data }),
  }
}
