import type { WebhookView } from '@rendition/contract'
import { useState } from 'react'
import type { Phrase } from '../../languages/catalogue.ts'
import { translateOptions } from '../../languages/options.ts'
import { t } from '../../languages/translate.ts'
import { type DeliveryStatus, useDeliveries, useSendAgain } from '../../state/use-webhooks.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { Answer, More } from '../answer.tsx'
import { useClock } from '../use-clock.ts'
import { DeliveryRow } from './delivery-row.tsx'

const statuses: readonly { value: DeliveryStatus; label: Phrase }[] = [
  { value: 'all', label: 'All deliveries' },
  { value: 'pending', label: 'On their way' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'failed', label: 'Failed' },
]

/** What was sent to a webhook, as it happens. */
export function DeliveriesPanel({ webhook }: { webhook: WebhookView }) {
  const [status, setStatus] = useState<DeliveryStatus>('all')
  const query = useDeliveries(webhook.id, status)
  const { replay, replayFailed } = useSendAgain(webhook.id)
  const now = useClock()
  const deliveries = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Panel
      title={t('webhook|Deliveries')}
      about={t('The last 30 days.')}
      action={
        <div className="flex flex-wrap gap-2">
          <SelectField
            quiet
            label={t('Which deliveries')}
            value={status}
            options={translateOptions(statuses)}
            onChoose={(value) => setStatus(value as DeliveryStatus)}
          />
          <Button
            disabled={!webhook.enabled || replayFailed.isPending}
            onClick={() => void replayFailed.act()}
          >
            {t('Send all failed again')}
          </Button>
        </div>
      }
    >
      <Answer of={query} what={t('deliveries')}>
        {deliveries.length === 0 && (
          <p className="py-8 text-center text-muted text-sm">
            {status === 'all' ? t('Nothing was sent yet.') : t('There are none of these.')}
          </p>
        )}
        <ul aria-label={t('webhook|Deliveries')} className="divide-y divide-line">
          {deliveries.map((delivery) => (
            <DeliveryRow
              key={delivery.id}
              webhookId={webhook.id}
              delivery={delivery}
              now={now}
              onReplay={webhook.enabled ? () => void replay.act(delivery) : null}
            />
          ))}
        </ul>
        <More of={query} label={t('Show older deliveries')} />
      </Answer>
    </Panel>
  )
}
