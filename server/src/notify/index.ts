import type { EventLog } from '../jobs/index.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { NotifyConfig } from './config.ts'
import { createEventHub } from './streams/event-hub.ts'
import { createEventStreams, type EventStreams } from './streams/event-stream.ts'

export { type NotifyConfig, notifyConfigSchema } from './config.ts'
export { createPurges, keepPurges, type Purges, purgePresets } from './purges/index.ts'
export { sendPurge } from './purges/send-purge.ts'
export { registerEvents } from './routes.ts'
export {
  countWebhooksOf,
  createWebhooks,
  deleteWebhooksOfOwner,
  listWebhookOwners,
  registerWebhooks,
  type Webhooks,
} from './webhooks/index.ts'

export interface Notify {
  streams: EventStreams
  /** Aborts when `close` begins. */
  closing: AbortSignal
  close(): Promise<void>
}

/** Tells people what happened: WebSocket and Server-Sent Events from the event log. */
export async function createNotify(deps: {
  events: EventLog
  bus: Bus
  log: Logger
  config: Pick<NotifyConfig, 'streamsPerUser'>
}): Promise<Notify> {
  const hub = await createEventHub(deps)
  const streams = createEventStreams({ events: deps.events, hub, streamsPerUser: deps.config.streamsPerUser })
  const closing = new AbortController()
  return {
    streams,
    closing: closing.signal,
    async close() {
      closing.abort()
      await hub.close()
    },
  }
}
