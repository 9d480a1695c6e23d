import type { Session } from '@rendition/contract'
import { MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { t } from '../../languages/translate.ts'
import { useEndSession, useSessions } from '../../state/use-account.ts'
import { agoOf } from '../../time-texts.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { Answer, More } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { useClock } from '../use-clock.ts'
import { deviceOf } from './device-text.ts'

/** Where the account is signed in, and the way out of each place. */
export function DevicesPanel() {
  const query = useSessions()
  const { act } = useEndSession()
  const now = useClock()
  const [ending, setEnding] = useState<Session | null>(null)
  const sessions = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Panel
      title={t('Signed-in devices')}
      about={t('Sign out what you do not know, and then change the password.')}
    >
      <Answer of={query} what={t('devices')}>
        <ul aria-label={t('Signed-in devices')} className="divide-y divide-line">
          {sessions.map((session) => (
            <li key={session.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
              <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-muted" strokeWidth={1.5} />
              <div className="min-w-0 flex-1 basis-40">
                <p className="truncate font-medium text-sm" title={session.userAgent ?? undefined}>
                  {deviceOf(session.userAgent)}
                </p>
                <p className="truncate text-muted text-xs">
                  {session.address ?? t('Unknown address')} ·{' '}
                  {t('used {time}', { time: agoOf(session.lastUsedAt, now) })}
                </p>
              </div>
              {session.current ? (
                <Badge look="good">{t('This device')}</Badge>
              ) : (
                <Button onClick={() => setEnding(session)}>{t('Sign out')}</Button>
              )}
            </li>
          ))}
        </ul>
        <More of={query} label={t('Show more devices')} />
      </Answer>
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => !open && setEnding(null)}
        title={t('Sign this device out?')}
        action={t('Sign out')}
        onConfirm={() => ending !== null && void act(ending)}
      >
        {t('{device} has to sign in with the password to see anything again.', {
          device: deviceOf(ending?.userAgent ?? null),
        })}
      </ConfirmDialog>
    </Panel>
  )
}
