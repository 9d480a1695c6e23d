import { Images } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { usePageTitle } from '../page-title.ts'
import { useMayChange } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { type JobsFilter, useJobs } from '../state/use-jobs.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuLine } from '../ui/menu.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { JobRow } from './job-row.tsx'
import { statusNames, typeNames } from './job-texts.ts'

const clockMs = 20_000

/** What was asked of the service and what became of it, as it happens. */
export default function JobsPage() {
  const [filter, setFilter] = useState<JobsFilter>({ status: 'all', type: 'all' })
  const query = useJobs(filter)
  const mayChange = useMayChange()
  const [, navigate] = useLocation()
  const now = useClock()
  const jobs = query.data?.pages.flatMap(({ items }) => items) ?? []
  usePageTitle(t('Jobs'))
  return (
    <main className="mx-auto w-full max-w-4xl px-3 pt-6 pb-32 sm:px-6">
      <div className="mb-4 flex items-center gap-3">
        <h1 className="flex-1 font-semibold text-2xl tracking-tight">{t('Jobs')}</h1>
        {mayChange && (
          <Button look="quiet" className="px-3 text-muted" onClick={() => navigate('/')}>
            <Images aria-hidden className="size-4" />
            <span className="max-sm:sr-only">{t('Select photos to edit')}</span>
          </Button>
        )}
        <Menu trigger={<Button>{filterText(filter)}</Button>}>
          <MenuChoice
            label={t('State')}
            value={filter.status}
            onChoose={(status) => setFilter({ ...filter, status })}
            options={choices(t('All states'), statusNames)}
          />
          <MenuLine />
          <MenuChoice
            label={t('Kind')}
            value={filter.type}
            onChoose={(type) => setFilter({ ...filter, type })}
            options={choices(t('All kinds'), typeNames)}
          />
        </Menu>
      </div>
      {query.isPending && <Spinner className="mx-auto my-16 size-6 text-muted" />}
      {query.error !== null && jobs.length === 0 && (
        <p role="alert" className="grid justify-items-center gap-4 py-16 text-center text-muted">
          {explainError(query.error)} <Button onClick={() => void query.refetch()}>{t('Try again')}</Button>
        </p>
      )}
      {query.data !== undefined && jobs.length === 0 && (
        <p className="py-16 text-center text-muted">
          {filter.status === 'all' && filter.type === 'all'
            ? t('No jobs yet. Every upload makes one, and so does every transform.')
            : t('No job matches.')}
        </p>
      )}
      <ul aria-label={t('Jobs')}>
        {jobs.map((job) => (
          <JobRow key={job.batchId ?? job.id} job={job} now={now} mayChange={mayChange} />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="mt-6 grid place-items-center">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage && <Spinner />} {t('Show older jobs')}
          </Button>
        </div>
      )}
    </main>
  )
}

function choices<T extends string>(
  all: string,
  names: Readonly<Record<T, Phrase>>,
): { value: T | 'all'; label: string }[] {
  const values = Object.keys(names) as T[]
  const named = values.map((value) => {
    const name: Phrase = names[value]
    return { value, label: t(name) }
  })
  return [{ value: 'all', label: all }, ...named]
}

function filterText({ status, type }: JobsFilter): string {
  const parts = [
    status === 'all' ? [] : t(statusNames[status]),
    type === 'all' ? [] : t(typeNames[type]),
  ].flat()
  return parts.length === 0 ? t('All jobs') : parts.join(', ')
}

/** The time, for ages in words. */
function useClock(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), clockMs)
    return () => clearInterval(timer)
  }, [])
  return now
}
