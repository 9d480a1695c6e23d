import type { EventLog, LoggedEvent } from '../../jobs/index.ts'
import type { Database } from '../../platform/database/port.ts'
import { publicEvent } from '../public-event.ts'
import { readOn } from '../store/cursors.ts'
import { insertDeliveries } from '../store/deliveries.ts'
import { holdWebhooksOf } from '../store/webhooks.ts'
import type { NewWebhookDelivery, Webhook } from '../types.ts'

const batch = 200

/** Of which the address given with an upload or job is told: the ends it was given for. */
const ends = new Set(['image.complete', 'image.failed', 'job.complete', 'job.failed', 'job.cancelled'])

export interface FanOutDeps {
  db: Database
  events: EventLog
}

/** Turns logged events into deliveries. Gives how many events it took; 0 when there is nothing or another is at it. */
export async function fanOut(deps: FanOutDeps): Promise<number> {
  const taken = await readOn(deps, 'webhooks', batch, async (tx, news) => {
    if (news.length === 0) return 0
    const endpoints = await holdWebhooksOf(tx, [...new Set(news.map((event) => event.ownerId))])
    const deliveries: NewWebhookDelivery[] = []
    for (const event of news) {
      for (const endpoint of endpoints)
        if (wants(endpoint, event)) deliveries.push(deliveryTo(event, endpoint))
      const url = event.webhookUrl ?? null
      if (url !== null && ends.has(event.type)) deliveries.push(deliveryTo(event, { id: null, url }))
    }
    await insertDeliveries(tx, deliveries)
    return news.length
  })
  return taken ?? 0
}

function wants(endpoint: Webhook, event: LoggedEvent): boolean {
  if (endpoint.ownerId !== event.ownerId) return false
  // An endpoint hears of what happens after it was made; progress is for people who watch, not for servers.
  if (event.createdAt < endpoint.createdAt) return false
  return endpoint.types === null ? event.type !== 'job.progress' : endpoint.types.includes(event.type)
}

function deliveryTo(event: LoggedEvent, target: { id: string | null; url: string }): NewWebhookDelivery {
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
