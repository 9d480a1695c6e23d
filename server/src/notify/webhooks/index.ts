import { eventsAppendedTopic } from '../../jobs/index.ts'
import type { HoldOwner } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import { createEndpoints, type WebhookEndpoints } from './endpoints.ts'
import { createSender, type SenderOptions } from './sender.ts'

export {
  countOf as countWebhooksOf,
  deleteOwner as deleteWebhooksOfOwner,
  listWebhookOwners,
} from '../store/webhooks.ts'
export { registerWebhooks } from './routes.ts'
export type { SenderOptions, WebhookEndpoints }

export interface Webhooks {
  endpoints: WebhookEndpoints
  /** Begins to fan out and to send; endpoints can be managed without it. */
  start(): void
  /** Looks for new events soon; they are found within seconds without it. */
  wake(): void
  close(): Promise<void>
}

/** Webhooks by Standard Webhooks 1.0: fan-out from the event log, signed attempts, retries kept in the database. */
export function createWebhooks(options: SenderOptions & { bus: Bus; holdOwner: HoldOwner }): Webhooks {
  const { bus, log } = options
  const sender = createSender(options)
  let listening: Promise<() => Promise<void>> | undefined
  return {
    endpoints: createEndpoints({
      db: options.db,
      clock: options.clock,
      wake: sender.wake,
      holdOwner: options.holdOwner,
      deeds: options.deeds,
    }),
    start() {
      sender.start()
      // A hint only: without it, news are found at the next look.
      listening = bus.subscribe(eventsAppendedTopic, sender.wake).catch((error: unknown) => {
        log.warn({ err: error }, 'webhooks hear of news late')
        return async () => undefined
      })
    },
    wake: sender.wake,
    async close() {
      await (await listening)?.()
      await sender.close()
    },
  }
}
