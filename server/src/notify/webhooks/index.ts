import { createEndpoints, type WebhookEndpoints } from './endpoints.ts'
import { createSender, type SenderDeps } from './sender.ts'

export { registerWebhooks } from './routes.ts'
export { deleteOwner as deleteWebhooksOfOwner } from './store.ts'
export type { SenderDeps, WebhookEndpoints }

export interface Webhooks {
  endpoints: WebhookEndpoints
  /** Begins to fan out and to send; endpoints can be managed without it. */
  start(): void
  /** Looks for new events soon; they are found within seconds without it. */
  wake(): void
  close(): Promise<void>
}

/** Webhooks by Standard Webhooks 1.0: fan-out from the event log, signed attempts, retries kept in the database. */
export function createWebhooks(deps: SenderDeps): Webhooks {
  const sender = createSender(deps)
  return {
    endpoints: createEndpoints({ db: deps.db, clock: deps.clock, wake: sender.wake }),
    start: sender.start,
    wake: sender.wake,
    close: sender.close,
  }
}
