import type { ApiKey } from '@rendition/contract'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { formatTime } from '../../format.ts'
import { t } from '../../languages/translate.ts'
import { useMayChange } from '../../state/account-scope.tsx'
import { useEndKey, useKeys } from '../../state/use-account.ts'
import { agoOf } from '../../time-texts.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer, More } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { useClock } from '../use-clock.ts'
import { NewKey } from './new-key.tsx'
import { isOver, scopeTexts } from './scope-texts.ts'

/** Keys for programs: what each may do, until when, and when it was used. */
export default function KeysPage() {
  const query = useKeys()
  const mayChange = useMayChange()
  const { act } = useEndKey()
  const now = useClock()
  const [making, setMaking] = useState(false)
  const [ending, setEnding] = useState<ApiKey | null>(null)
  const apiKeys = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <PageFrame
      title={t('API keys')}
      about={t(
        'For programs that ask on your behalf, with the header X-API-Key. Give each one its own key, and no more rights than it needs.',
      )}
      actions={
        mayChange &&
        !making && (
          <Button look="primary" onClick={() => setMaking(true)}>
            <Plus aria-hidden className="size-4" /> {t('New key')}
          </Button>
        )
      }
    >
      {making && <NewKey onClose={() => setMaking(false)} />}
      <Panel title={t('API keys|Keys')}>
        <Answer of={query} what={t('API keys')}>
          {apiKeys.length === 0 && <p className="py-8 text-center text-muted text-sm">{t('No keys yet.')}</p>}
          <ul aria-label={t('API keys')} className="divide-y divide-line">
            {apiKeys.map((key) => (
              <KeyRow key={key.id} apiKey={key} now={now} onEnd={mayChange ? setEnding : null} />
            ))}
          </ul>
          <More of={query} label={t('Show older keys')} />
        </Answer>
      </Panel>
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => !open && setEnding(null)}
        title={t('End “{name}”?', { name: ending?.name ?? '' })}
        action={t('End the key')}
        onConfirm={() => ending !== null && void act(ending)}
      >
        {t(
          'Programs that use it are refused from this moment on, and so are keys that it made. A key that has ended cannot be brought back.',
        )}
      </ConfirmDialog>
    </PageFrame>
  )
}

interface KeyRowProps {
  apiKey: ApiKey
  now: number
  onEnd: ((key: ApiKey) => void) | null
}

function KeyRow({ apiKey, now, onEnd }: KeyRowProps) {
  const { name, prefix, scopes, expiresAt, lastUsedAt, createdAt } = apiKey
  const over = isOver(expiresAt, now)
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 py-4">
      <KeyRound aria-hidden className="mt-0.5 size-5 shrink-0 text-muted" strokeWidth={1.5} />
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
          <span className="max-w-full truncate">{name}</span>{' '}
          {over && <Badge look="bad">{t('Expired')}</Badge>}
        </p>
        <p className="mt-0.5 text-muted text-xs">
          <code className="break-all">{prefix}…</code> · {t('made {time}', { time: agoOf(createdAt, now) })} ·{' '}
          {lastUsedAt === null ? t('never used') : t('used {time}', { time: agoOf(lastUsedAt, now) })} ·{' '}
          {expiryText(expiresAt, over)}
        </p>
        <ul aria-label={t('Rights')} className="mt-2 flex flex-wrap gap-1.5">
          {scopes.map((scope) => (
            <li
              key={scope}
              title={t(scopeTexts[scope].about)}
              className="rounded-md bg-sunken px-2 py-0.5 text-xs"
            >
              {t(scopeTexts[scope].name)}
            </li>
          ))}
        </ul>
      </div>
      {onEnd !== null && <Button onClick={() => onEnd(apiKey)}>{over ? t('Remove') : t('key|End')}</Button>}
    </li>
  )
}

function expiryText(expiresAt: string | null, over: boolean): string {
  if (expiresAt === null) return t('does not expire')
  const time = formatTime(expiresAt)
  return over ? t('expired {time}', { time }) : t('expires {time}', { time })
}
