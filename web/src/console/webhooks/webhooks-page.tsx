import type { CreatedWebhook } from '@rendition/contract'
import { Plus, Webhook } from 'lucide-react'
import { useState } from 'react'
import { Link, useRoute } from 'wouter'
import { plural, t } from '../../languages/translate.ts'
import { serviceText } from '../../state/explain-error.ts'
import { useCreateWebhook, useWebhooks } from '../../state/use-webhooks.ts'
import { Button } from '../../ui/button.tsx'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { WebhookSecret } from './secret-panel.tsx'
import { WebhookForm } from './webhook-form.tsx'
import { WebhookPage } from './webhook-page.tsx'
import { stateOf } from './webhook-texts.ts'

/** The account's webhooks, or one of them. */
export default function WebhooksPage() {
  const [, params] = useRoute('/console/webhooks/:id')
  const id = params?.id
  return id === undefined ? <AllWebhooks /> : <WebhookPage key={id} id={id} />
}

function AllWebhooks() {
  const query = useWebhooks()
  const [making, setMaking] = useState(false)
  const webhooks = query.data?.items ?? []
  return (
    <PageFrame
      title={t('Webhooks')}
      about={t('Your server is told what happens here: signed, retried for three days, and written down.')}
      actions={
        !making && (
          <Button look="primary" onClick={() => setMaking(true)}>
            <Plus aria-hidden className="size-4" /> {t('New webhook')}
          </Button>
        )
      }
    >
      {making && <NewWebhook onClose={() => setMaking(false)} />}
      <Panel title={t('Endpoints')}>
        <Answer of={query} what={t('webhooks')}>
          {webhooks.length === 0 && (
            <p className="py-8 text-center text-muted text-sm">
              {t('No webhooks yet. Make one, and send it a test.')}
            </p>
          )}
          <ul aria-label={t('Endpoints')} className="divide-y divide-line">
            {webhooks.map((webhook) => (
              <li key={webhook.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-3.5">
                <Webhook aria-hidden className="size-5 shrink-0 text-muted" strokeWidth={1.5} />
                <div className="min-w-0 flex-1 basis-48">
                  <Link
                    href={`/console/webhooks/${webhook.id}`}
                    className="block truncate font-medium text-sm hover:underline"
                  >
                    {webhook.url}
                  </Link>
                  <p className="truncate text-muted text-xs">
                    {webhook.description !== null && `${webhook.description} · `}
                    {webhook.types === null
                      ? t('everything')
                      : plural(webhook.types.length, '{count} event', '{count} events')}
                    {webhook.disabledReason !== null && ` · ${serviceText(webhook.disabledReason)}`}
                  </p>
                </div>
                <Badge look={stateOf(webhook).look}>{stateOf(webhook).text}</Badge>
              </li>
            ))}
          </ul>
        </Answer>
      </Panel>
    </PageFrame>
  )
}

function NewWebhook({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<CreatedWebhook | null>(null)
  const { act, isPending, error } = useCreateWebhook()
  if (made !== null) {
    return (
      <Panel title={t('The webhook is there')}>
        <WebhookSecret secret={made.secret} />
        <div className="mt-5 flex flex-wrap gap-2">
          <Link
            href={`/console/webhooks/${made.id}`}
            className="inline-flex h-10 items-center rounded-lg bg-ink px-4 font-medium text-ground text-sm hover:bg-ink/85"
          >
            {t('Go on to test it')}
          </Link>
          <Button onClick={onClose}>{t('Done')}</Button>
        </div>
      </Panel>
    )
  }
  return (
    <Panel title={t('New webhook')}>
      <WebhookForm
        action={t('Make webhook')}
        isPending={isPending}
        error={error}
        onSubmit={(values) => void act(values).then((webhook) => webhook !== null && setMade(webhook))}
        onCancel={onClose}
      />
    </Panel>
  )
}
