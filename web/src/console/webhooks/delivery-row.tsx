import type { WebhookDeliveryView } from '@rendition/contract'
import { type ReactNode, useId, useState } from 'react'
import { formatTime } from '../../format.ts'
import { plural, t } from '../../languages/translate.ts'
import { serviceText } from '../../state/explain-error.ts'
import { useDelivery } from '../../state/use-webhooks.ts'
import { agoOf, durationOf } from '../../time-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Answer } from '../answer.tsx'
import { Badge, Snippets } from '../code.tsx'
import { deliveryState, readable } from './webhook-texts.ts'

interface DeliveryRowProps {
  webhookId: string
  delivery: WebhookDeliveryView
  now: number
  /** null while the webhook is off. */
  onReplay: (() => void) | null
}

/** One delivery. Its event opens what was sent and answered, and when it is tried again. */
export function DeliveryRow({ webhookId, delivery, now, onReplay }: DeliveryRowProps) {
  const [open, setOpen] = useState(false)
  const details = useId()
  const { text, look } = deliveryState(delivery)
  const { eventType, createdAt, attempts, responseStatus, durationMs, status } = delivery
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-40">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={details}
            onClick={() => setOpen(!open)}
            className="max-w-full truncate text-start font-mono text-sm hover:underline"
          >
            {eventType}
          </button>
          <p className="tabular truncate text-muted text-xs">
            {agoOf(createdAt, now)} ·{' '}
            {attempts === 0 ? t('not tried yet') : plural(attempts, '{count} attempt', '{count} attempts')}
            {responseStatus !== null && ` · ${t('answered {status}', { status: String(responseStatus) })}`}
            {durationMs !== null && ` ${t('in {time}', { time: durationOf(durationMs) })}`}
          </p>
        </div>
        <Badge look={look}>{text}</Badge>
        {onReplay !== null && (
          <Button className="h-8 px-3" onClick={onReplay}>
            {status === 'pending' ? t('Try now') : t('Send again')}
          </Button>
        )}
      </div>
      {open && (
        <div id={details} className="mt-3">
          <Details webhookId={webhookId} delivery={delivery} />
        </div>
      )}
    </li>
  )
}

function Details({ webhookId, delivery }: { webhookId: string; delivery: WebhookDeliveryView }) {
  const query = useDelivery(webhookId, delivery)
  const { data } = query
  return (
    <Answer of={query} what={t('the delivery')}>
      {data !== undefined && (
        <div className="grid gap-4 *:min-w-0">
          <dl className="grid grid-cols-[7rem_1fr] gap-x-3 gap-y-1.5 text-xs">
            <Fact term={t('Sent to')}>{data.request.url}</Fact>
            <Fact term="webhook-id">{data.eventId}</Fact>
            <Fact term={t('Asked for')}>{formatTime(data.createdAt)}</Fact>
            {data.attemptedAt !== null && (
              <Fact term={t('Last attempt')}>{formatTime(data.attemptedAt)}</Fact>
            )}
            {data.error !== null && <Fact term={t('Fault')}>{serviceText(data.error)}</Fact>}
            {data.plan.length > 0 && (
              <Fact term={t('Tried again')}>
                {data.plan.slice(0, 3).map(formatTime).join(', ')}
                {data.plan.length > 3 &&
                  `, ${t('and {more} more until {time}', {
                    more: data.plan.length - 3,
                    time: formatTime(data.plan.at(-1) ?? ''),
                  })}`}
              </Fact>
            )}
          </dl>
          <Snippets
            label={t('What was sent and answered')}
            snippets={[
              { name: t('Request'), code: readable(data.request.body) },
              {
                name: t('Answer'),
                code:
                  data.responseStatus === null
                    ? (serviceText(data.error) ?? t('No answer yet.'))
                    : `${data.responseStatus}\n\n${data.answer ?? t('(nothing, or not kept)')}`,
              },
            ]}
          />
        </div>
      )}
    </Answer>
  )
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{term}</dt>
      <dd className="tabular break-words">{children}</dd>
    </div>
  )
}
