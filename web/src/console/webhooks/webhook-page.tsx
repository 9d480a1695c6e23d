import { isProblem } from '@rendition/client'
import type { WebhookView } from '@rendition/contract'
import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { formatTime } from '../../format.ts'
import { t } from '../../languages/translate.ts'
import { serviceText } from '../../state/explain-error.ts'
import { useChangeWebhook, useRemoveWebhook, useSendAgain, useWebhook } from '../../state/use-webhooks.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer, FormFault } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { DeliveriesPanel } from './deliveries-panel.tsx'
import { WebhookSecret } from './secret-panel.tsx'
import { WebhookForm } from './webhook-form.tsx'
import { stateOf } from './webhook-texts.ts'

/** One webhook: what it is, what can be done with it, what was sent to it. */
export function WebhookPage({ id }: { id: string }) {
  const query = useWebhook(id)
  const { data: webhook, error } = query
  const gone = isProblem(error) && error.status === 404
  return (
    <PageFrame
      title={t('Webhook')}
      about={
        <Link href="/console/webhooks" className="inline-flex items-center gap-1.5 hover:text-ink">
          <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {t('All webhooks')}
        </Link>
      }
    >
      {gone ? (
        <p role="alert" className="py-16 text-center text-muted">
          {t('There is no such webhook.')}
        </p>
      ) : (
        <Answer of={query} what={t('the webhook')}>
          {webhook !== undefined && (
            <>
              <EndpointPanel webhook={webhook} />
              <DeliveriesPanel webhook={webhook} />
            </>
          )}
        </Answer>
      )}
    </PageFrame>
  )
}

type Doing = 'looking' | 'editing' | 'pausing' | 'rotating' | 'removing'

function EndpointPanel({ webhook }: { webhook: WebhookView }) {
  const [doing, setDoing] = useState<Doing>('looking')
  const [secret, setSecret] = useState<string | null>(null)
  const [, navigate] = useLocation()
  const edit = useChangeWebhook(webhook.id, t('Webhook changed'))
  const turn = useChangeWebhook(webhook.id, webhook.enabled ? t('Webhook paused') : t('Webhook resumed'))
  const rotate = useChangeWebhook(webhook.id, t('New secret made'))
  const remove = useRemoveWebhook()
  const { test } = useSendAgain(webhook.id)
  const stop = () => setDoing('looking')
  const state = stateOf(webhook)
  if (doing === 'editing') {
    return (
      <Panel title={t('Change the webhook')}>
        <WebhookForm
          webhook={webhook}
          action={t('Save')}
          isPending={edit.isPending}
          error={edit.error}
          onSubmit={(values) => void edit.act(values).then((changed) => changed !== null && stop())}
          onCancel={stop}
        />
      </Panel>
    )
  }
  return (
    <Panel title={t('Endpoint')} action={<Badge look={state.look}>{state.text}</Badge>}>
      <p className="break-all font-mono text-sm">{webhook.url}</p>
      {webhook.description !== null && <p className="mt-1 text-muted text-sm">{webhook.description}</p>}
      {webhook.disabledReason !== null && (
        <p className="mt-3 rounded-lg bg-sunken px-3 py-2 text-sm">
          {t('{reason} Events of this time are not sent later; what failed can be sent again.', {
            reason: serviceText(webhook.disabledReason) ?? '',
          })}
        </p>
      )}
      {webhook.enabled && webhook.failingSince !== null && (
        <p className="mt-3 rounded-lg bg-danger-soft px-3 py-2 text-danger text-sm">
          {t('Every attempt has failed since {time}. After some days of this it is turned off.', {
            time: formatTime(webhook.failingSince),
          })}
        </p>
      )}
      <ul aria-label={t('Events')} className="mt-4 flex flex-wrap gap-1.5">
        {(webhook.types ?? [t('everything that happens')]).map((type) => (
          <li key={type} className="rounded-md bg-sunken px-2 py-0.5 font-mono text-xs">
            {type}
          </li>
        ))}
      </ul>
      {secret !== null && (
        <div className="mt-5 grid gap-3 *:min-w-0">
          <WebhookSecret secret={secret} />
          <p className="text-muted text-sm">
            {t('The secret before signs beside it for a day, so that no message is lost.')}
          </p>
          <div>
            <Button onClick={() => setSecret(null)}>{t('Done')}</Button>
          </div>
        </div>
      )}
      <div className="mt-5 flex flex-wrap gap-2">
        <Button look="primary" disabled={!webhook.enabled || test.isPending} onClick={() => void test.act()}>
          {t('Send a test')}
        </Button>
        <Button onClick={() => setDoing('editing')}>{t('Change')}</Button>
        <Button
          disabled={turn.isPending}
          onClick={() => (webhook.enabled ? setDoing('pausing') : void turn.act({ enabled: true }))}
        >
          {webhook.enabled ? t('Pause') : t('Resume')}
        </Button>
        <Button onClick={() => setDoing('rotating')}>{t('New secret')}</Button>
        <Button onClick={() => setDoing('removing')}>{t('Remove')}</Button>
      </div>
      <div className="mt-3 empty:hidden">
        <FormFault error={turn.error ?? rotate.error} />
      </div>
      <ConfirmDialog
        open={doing === 'pausing'}
        onOpenChange={(open) => !open && stop()}
        title={t('Pause the webhook?')}
        action={t('Pause')}
        look="primary"
        onConfirm={() => void turn.act({ enabled: false })}
      >
        {t(
          'What waits for its next attempt is given up, and what happens from now on is not sent. When it is resumed, what was given up can be sent again from the list below.',
        )}
      </ConfirmDialog>
      <ConfirmDialog
        open={doing === 'rotating'}
        onOpenChange={(open) => !open && stop()}
        title={t('Make a new secret?')}
        action={t('Make it')}
        look="primary"
        onConfirm={() =>
          void rotate.act({ rotateSecret: true }).then((changed) => setSecret(changed?.secret ?? null))
        }
      >
        {t('Both sign for a day. Until then your server has to know the new one.')}
      </ConfirmDialog>
      <ConfirmDialog
        open={doing === 'removing'}
        onOpenChange={(open) => !open && stop()}
        title={t('Remove the webhook?')}
        action={t('Remove')}
        onConfirm={() =>
          void remove.act(webhook).then((done) => done !== null && navigate('/console/webhooks'))
        }
      >
        {t('Nothing is sent to it any more, and its list of deliveries goes with it.')}
      </ConfirmDialog>
    </Panel>
  )
}
