import { changesOf, type Deed } from '../../platform/audit.ts'
import type { Webhook, WebhookDelivery } from '../types.ts'

/** Of an address the host: the rest of it is a secret where services give such addresses out. */
const toldOf = ({ url, types, enabled }: Webhook) => ({ host: new URL(url).host, types, enabled })
const about = ({ id, ownerId }: Webhook) => ({ targetId: id, ownerId })
const written = ({ description }: Webhook) => (description === null ? {} : { description })

export const madeDeed = (webhook: Webhook): Deed => ({
  action: 'webhook.create',
  ...about(webhook),
  details: toldOf(webhook),
  words: written(webhook),
})

/** What became another of it; null where nothing did. */
export function changeDeed(before: Webhook, after: Webhook): Deed | null {
  const [was, is] = [toldOf(before), toldOf(after)]
  const details = {
    ...changesOf(was, is, ['host', 'types', 'enabled']),
    ...(was.host === is.host && before.url !== after.url ? { url: 'changed' } : {}),
    ...(before.secret === after.secret ? {} : { secret: 'changed' }),
  }
  const words = changesOf(before, after, ['description'])
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
