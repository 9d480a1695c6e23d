import type { ActivityEntry, AuditKind } from '@rendition/contract'
import { useState } from 'react'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { everyEntry } from '../../state/entry-filter.ts'
import { useActivity } from '../../state/use-account.ts'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer, More } from '../answer.tsx'
import { EntryFilterFields } from '../audit/entry-filter.tsx'
import { EntryLine } from '../audit/entry-line.tsx'

const doers: Record<ActivityEntry['by'], Phrase> = {
  you: 'You',
  administrator: 'An administrator',
  stranger: 'Somebody without an account',
  service: 'The service',
}
const kinds: readonly AuditKind[] = [
  'account',
  'session',
  'two-step',
  'key',
  'identity',
  'image',
  'album',
  'search',
  'share',
  'export',
  'webhook',
  'job',
  'user',
]

/** What was done by the account, to it, and to what is its. */
export default function ActivityPage() {
  const [filter, setFilter] = useState(everyEntry)
  const query = useActivity(filter)
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <PageFrame
      title={t('Activity')}
      about={t('What you did here, and what others did to your account and to what is yours.')}
    >
      <Panel title={t('Entries')}>
        <EntryFilterFields filter={filter} onChange={setFilter} kinds={kinds} />
        <Answer of={query} what={t('the activity')}>
          {entries.length === 0 && (
            <p className="py-8 text-center text-muted text-sm">{t('No entry matches.')}</p>
          )}
          <ul aria-label={t('Entries')} className="divide-y divide-line">
            {entries.map((entry) => (
              <EntryLine key={entry.id} entry={entry} who={t(doers[entry.by])} />
            ))}
          </ul>
          <More of={query} label={t('Show older entries')} />
        </Answer>
      </Panel>
    </PageFrame>
  )
}
