import type {
  ChangedWebhook,
  CreatedWebhook,
  Page,
  WebhookChange,
  WebhookDeliveryDetails,
  WebhookDeliveryView,
  WebhookReplay,
  WebhookRequest,
  WebhookSecret,
  WebhookView,
} from '@rendition/contract'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

export interface DeliveryQuery extends PageQuery {
  status?: WebhookDeliveryView['status']
}

/** Where the account's events are sent. What arrives is judged by `verifyWebhook`. */
export interface Webhooks {
  list(query?: PageQuery, asking?: Asking): Promise<Page<WebhookView>>
  pages(query?: PageQuery, asking?: Asking): AsyncGenerator<Page<WebhookView>, void, void>
  get(id: string, asking?: Asking): Promise<WebhookView>
  /** The secret is in this answer and nowhere else. */
  create(request: WebhookRequest, asking?: Asking): Promise<CreatedWebhook>
  /** Also switches it off and on (`enabled`); `rotateSecret: true` answers a new secret, the old one signs as well for a day. */
  change(id: string, change: WebhookChange, asking?: Asking): Promise<ChangedWebhook>
  remove(id: string, asking?: Asking): Promise<void>
  /** What was sent to it, newest first. */
  deliveries(id: string, query?: DeliveryQuery, asking?: Asking): Promise<Page<WebhookDeliveryView>>
  /** One of them, with what was sent and answered, and when it is tried again. */
  delivery(id: string, deliveryId: string, asking?: Asking): Promise<WebhookDeliveryDetails>
  /** Sends again what the endpoint never got, 500 in one go. */
  replayFailed(id: string, asking?: Asking): Promise<WebhookReplay>
  /** Sends a past delivery again, under its own id. */
  replay(id: string, deliveryId: string, asking?: Asking): Promise<WebhookDeliveryView>
  /** Sends a `webhook.test`. */
  test(id: string, asking?: Asking): Promise<WebhookDeliveryView>
  /** A new secret for the `webhookUrl` of single uploads and jobs. */
  renewAccountSecret(asking?: Asking): Promise<WebhookSecret>
}

export function createWebhooks({ json, send }: Transport): Webhooks {
  const root = '/api/webhooks'
  const pathOf = (id: string): string => `${root}/${encodeURIComponent(id)}`
  const list: Webhooks['list'] = (query, { signal } = {}) =>
    json('WebhookPage', { method: 'GET', path: root, query, signal })
  return {
    list,
    pages: (query = {}, asking = {}) => pagesOf(list, query, asking),
    get: (id, { signal } = {}) => json('Webhook', { method: 'GET', path: pathOf(id), signal }),
    create: (body, { signal } = {}) => json('CreatedWebhook', { method: 'POST', path: root, body, signal }),
    change: (id, body, { signal } = {}) =>
      json('ChangedWebhook', { method: 'PATCH', path: pathOf(id), body, signal }),
    async remove(id, { signal } = {}) {
      await send({ method: 'DELETE', path: pathOf(id), signal })
    },
    deliveries: (id, query, { signal } = {}) =>
      json('WebhookDeliveryPage', { method: 'GET', path: `${pathOf(id)}/deliveries`, query, signal }),
    delivery: (id, deliveryId, { signal } = {}) =>
      json('WebhookDeliveryDetails', {
        method: 'GET',
        path: `${pathOf(id)}/deliveries/${encodeURIComponent(deliveryId)}`,
        signal,
      }),
    replayFailed: (id, { signal } = {}) =>
      json('WebhookReplay', { method: 'POST', path: `${pathOf(id)}/replay-failed`, signal }),
    replay: (id, deliveryId, { signal } = {}) =>
      json('WebhookDelivery', {
        method: 'POST',
        path: `${pathOf(id)}/deliveries/${encodeURIComponent(deliveryId)}/replay`,
        signal,
      }),
    test: (id, { signal } = {}) =>
      json('WebhookDelivery', { method: 'POST', path: `${pathOf(id)}/test`, signal }),
    renewAccountSecret: ({ signal } = {}) =>
      json('WebhookSecret', { method: 'POST', path: `${root}/account-secret`, signal }),
  }
}
