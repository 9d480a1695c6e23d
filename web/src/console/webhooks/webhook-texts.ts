import type { WebhookDeliveryView, WebhookView } from '@rendition/contract'
import { t } from '../../languages/translate.ts'

type Look = 'good' | 'bad' | 'busy' | 'plain'

/** How an endpoint is, in a word. */
export function stateOf({ enabled, failingSince }: Pick<WebhookView, 'enabled' | 'failingSince'>): {
  text: string
  look: Look
} {
  if (!enabled) return { text: t('Paused'), look: 'plain' }
  return failingSince === null ? { text: t('webhook|On'), look: 'good' } : { text: t('Failing'), look: 'bad' }
}

/** How a delivery is, in a word. */
export function deliveryState({ status, attempts }: Pick<WebhookDeliveryView, 'status' | 'attempts'>): {
  text: string
  look: Look
} {
  if (status === 'delivered') return { text: t('Delivered'), look: 'good' }
  if (status === 'failed') return { text: t('Failed'), look: 'bad' }
  return attempts === 0 ? { text: t('Waiting'), look: 'plain' } : { text: t('Retrying'), look: 'busy' }
}

/** What was sent, laid out to be read; as it is where it is no JSON. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
