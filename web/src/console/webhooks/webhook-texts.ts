import type { WebhookDeliveryView, WebhookView } from '@rendition/contract'

type Look = 'good' | 'bad' | 'busy' | 'plain'

/** How an endpoint is, in a word. */
export function stateOf({ enabled, failingSince }: Pick<WebhookView, 'enabled' | 'failingSince'>): {
  text: string
  look: Look
} {
  if (!enabled) return { text: 'Paused', look: 'plain' }
  return failingSince === null ? { text: 'On', look: 'good' } : { text: 'Failing', look: 'bad' }
}

/** How a delivery is, in a word. */
export function deliveryState({ status, attempts }: Pick<WebhookDeliveryView, 'status' | 'attempts'>): {
  text: string
  look: Look
} {
  if (status === 'delivered') return { text: 'Delivered', look: 'good' }
  if (status === 'failed') return { text: 'Failed', look: 'bad' }
  return attempts === 0 ? { text: 'Waiting', look: 'plain' } : { text: 'Retrying', look: 'busy' }
}

/** What was sent, laid out to be read; as it is where it is no JSON. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
