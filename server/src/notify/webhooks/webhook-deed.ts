import { changesOf, type Deed } from '../../platform/audit.ts'
import type { Webhook, WebhookDelivery } from '../types.ts'

/** Of an address the host: the rest of it is a secret where services give such addresses out. */
const hostOf = ({ url }: Pick<Webhook, 'url'>) => ({ host: new URL(url).host })
const toldOf = ({ types, enabled }: Webhook) => ({ types, enabled })
const about = ({ id, ownerId }: Webhook) => ({ targetId: id, ownerId })
/** A host may be a person's own. */
const written = (webhook: Webhook) => ({
  ...hostOf(webhook),
  ...(webhook.description === null ? {} : { description: webhook.description }),
})

export const madeDeed = (webhook: Webhook): Deed => ({
  action: 'webhook.create',
  ...about(webhook),
  details: toldOf(webhook),
  words: written(webhook),
})

/** What became another of it; null where nothing did. */
export function changeDeed(before: Webhook, after: Webhook): Deed | null {
  const hosts = changesOf(hostOf(before), hostOf(after), ['host'])
  const details = {
    ...changesOf(before, after, ['types', 'enabled']),
    ...(hosts.host === undefined && before.url !== after.url ? { url: 'changed' } : {}),
    ...(before.secret === after.secret ? {} : { secret: 'changed' }),
  }
  const words = { ...hosts, ...changesOf(before, after, ['description']) }
  const isSame = Object.keys({ ...details, ...words }).length === 0
  return isSame ? null : { action: 'webhook.change', ...about(after), details, words }
}

export const goneDeed = (webhook: Webhook): Deed => ({
  action: 'webhook.delete',
  ...about(webhook),
  details: toldOf(webhook),
  words: written(webhook),
})

export const replayDeed = (
  webhook: Webhook,
  deliveries: readonly Pick<WebhookDelivery, 'id' | 'eventType'>[],
): Deed => ({
  action: 'webhook.replay',
  ...about(webhook),
  details: { deliveries: deliveries.length, deliveryIds: deliveries.map(({ id }) => id) },
})
