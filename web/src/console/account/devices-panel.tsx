import type { Session } from '@rendition/contract'
import { MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { useEndSession, useSessions } from '../../state/use-account.ts'
import { agoOf } from '../../time-texts.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Answer, More } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { Panel } from '../console-page.tsx'
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
    <Panel title="Signed-in devices" about="Sign out what you do not know, and then change the password.">
      <Answer of={query} what="devices">
        <ul aria-label="Signed-in devices" className="divide-y divide-line">
          {sessions.map((session) => (
            <li key={session.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
              <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-muted" strokeWidth={1.5} />
              <div className="min-w-0 flex-1 basis-40">
                <p className="truncate font-medium text-sm" title={session.userAgent ?? undefined}>
                  {deviceOf(session.userAgent)}
                </p>
                <p className="truncate text-muted text-xs">
                  {session.address ?? 'Unknown address'} · used {agoOf(session.lastUsedAt, now)}
                </p>
              </div>
              {session.current ? (
                <Badge look="good">This device</Badge>
              ) : (
                <Button onClick={() => setEnding(session)}>Sign out</Button>
              )}
            </li>
          ))}
        </ul>
        <More of={query} label="Show more devices" />
      </Answer>
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => !open && setEnding(null)}
        title="Sign this device out?"
        action="Sign out"
        onConfirm={() => ending !== null && void act(ending)}
      >
        {deviceOf(ending?.userAgent ?? null)} has to sign in with the password to see anything again.
      </ConfirmDialog>
    </Panel>
  )
}
