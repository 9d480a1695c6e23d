import type { NoticeTopic, NotificationsChange } from '@rendition/contract'
import { useState } from 'react'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { useChangeNotifications, useNotifications } from '../../state/use-email.ts'
import { CheckBox } from '../../ui/check-box.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { Answer } from '../answer.tsx'

const topics: readonly { topic: NoticeTopic; label: Phrase; hint: Phrase }[] = [
  { topic: 'signIns', label: 'New devices', hint: 'A sign-in from a device that was not seen before.' },
  {
    topic: 'security',
    label: 'Security',
    hint: 'Changes of the password, the address, two-step sign-in, API keys and providers.',
  },
  {
    topic: 'files',
    label: 'Exports and imports',
    hint: 'An export is ready, or an export or import failed.',
  },
  { topic: 'quota', label: 'Space', hint: 'Nine tenths of what the account may keep are used.' },
]

/** Which mails the account gets. Nothing where the installation sends none. */
export function NotificationsPanel() {
  const query = useNotifications()
  const { act } = useChangeNotifications()
  // Shown at once; what the service says takes its place.
  const [wished, setWished] = useState<NotificationsChange>({})
  const { data } = query
  if (data?.mails === false) return null
  const about =
    data === undefined || data.address !== null
      ? t('Mails that tell you what happens to your account.')
      : t('Give your account an address first.')
  return (
    <Panel title={t('Notifications')} about={about}>
      <Answer of={query} what={t('notifications')}>
        <div className="grid gap-3">
          {topics.map(({ topic, label, hint }) => (
            <CheckBox
              key={topic}
              label={t(label)}
              hint={t(hint)}
              checked={wished[topic] ?? data?.topics[topic] === true}
              onChange={(on) => {
                setWished((before) => ({ ...before, [topic]: on }))
                void act({ [topic]: on }).then(() => setWished(({ [topic]: _, ...others }) => others))
              }}
            />
          ))}
        </div>
      </Answer>
    </Panel>
  )
}
