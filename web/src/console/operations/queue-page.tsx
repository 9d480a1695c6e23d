import type { AllJobsFilter } from '@rendition/client'
import { useState } from 'react'
import { t } from '../../languages/translate.ts'
import { useAllJobs } from '../../state/use-operations.ts'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer, More } from '../answer.tsx'
import { useClock } from '../use-clock.ts'
import { AllJobRow } from './all-job-row.tsx'
import { JobFilter } from './job-filter.tsx'
import { LanesPanel } from './lanes-panel.tsx'
import { ManyActs } from './many-acts.tsx'

/** The queue of the whole installation: how its lanes are, and the jobs of all accounts. */
export default function QueuePage() {
  const [filter, setFilter] = useState<AllJobsFilter>({})
  const [ownerName, setOwnerName] = useState('')
  const query = useAllJobs(filter)
  const now = useClock()
  const jobs = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <PageFrame title={t('Queue')} about={t('The work of all accounts, looked at every five seconds.')}>
      <LanesPanel />
      <Panel title={t('Jobs of all')} action={<ManyActs filter={filter} />}>
        <JobFilter filter={filter} ownerName={ownerName} onChange={setFilter} />
        <Answer of={query} what={t('Jobs of all')}>
          {jobs.length === 0 && <p className="py-8 text-center text-muted text-sm">{t('No job matches.')}</p>}
          <ul aria-label={t('Jobs of all')} className="divide-y divide-line">
            {jobs.map((job) => (
              <AllJobRow
                key={job.id}
                job={job}
                now={now}
                onOwner={(id, name) => {
                  setOwnerName(name)
                  setFilter({ ...filter, ownerId: id })
                }}
              />
            ))}
          </ul>
          <More of={query} label={t('Show older jobs')} />
        </Answer>
      </Panel>
    </PageFrame>
  )
}
