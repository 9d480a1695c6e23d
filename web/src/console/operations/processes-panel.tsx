import type { Process } from '@rendition/contract'
import { formatBytes } from '../../format.ts'
import { statusNames, typeNames } from '../../jobs/job-texts.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { t } from '../../languages/translate.ts'
import { useProcesses } from '../../state/use-operations.ts'
import { agoOf } from '../../time-texts.ts'
import { Panel } from '../../ui/page-frame.tsx'
import { Answer } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { partName } from '../part-names.ts'
import { useClock } from '../use-clock.ts'
import { hitRate } from './steps.ts'

/** Every process that says how it is, and what its worker does now. */
export function ProcessesPanel() {
  const processes = useProcesses()
  const now = useClock()
  return (
    <Panel
      title={t('Processes')}
      about={t(
        'Each says how it is every ten seconds. One that has said nothing for half a minute is gone, and its jobs are taken over.',
      )}
    >
      <Answer of={processes} what={t('Processes')}>
        <ul aria-label={t('Processes')} className="divide-y divide-line">
          {processes.data?.items.map((process) => (
            <ProcessRow key={process.id} process={process} now={now} />
          ))}
        </ul>
      </Answer>
    </Panel>
  )
}

function ProcessRow({ process, now }: { process: Process; now: number }) {
  const { host, pid, roles, version, startedAt, seenAt, state, slots, jobs, disk } = process
  const rate = hitRate(process.layers)
  const away = Object.entries(process.parts).filter(([, part]) => part.status !== 'ok')
  const facts = [
    t('version {version}', { version }),
    t('started {ago}', { ago: agoOf(startedAt, now) }),
    t('{bytes} of memory', { bytes: formatBytes(process.residentBytes) }),
    disk !== null && t('{bytes} free', { bytes: formatBytes(disk.freeBytes) }),
    rate !== null && t('{rate} without rendering', { rate: formatNumber(rate, { style: 'percent' }) }),
    process.renders.running > 0 && t('{count} renders running', { count: process.renders.running }),
    process.renders.waiting > 0 && t('{count} renders waiting', { count: process.renders.waiting }),
    slots > 0 && t('{running} of {slots} places taken', { running: jobs.length, slots }),
  ].filter((fact) => fact !== false)
  return (
    <li data-process={process.id} className="py-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 basis-52 break-words font-medium text-sm">
          {roles.join(', ')} <span className="font-normal text-muted">{`${host} · ${pid}`}</span>
        </p>
        {state === 'gone' ? (
          <Badge look="bad">{t('Gone, last seen {ago}', { ago: agoOf(seenAt, now) })}</Badge>
        ) : (
          <Badge look={away.length > 0 ? 'busy' : 'good'}>
            {away.length > 0 ? t('Degraded') : t('Works')}
          </Badge>
        )}
      </div>
      <p className="tabular mt-0.5 text-muted text-xs">{facts.join(' · ')}</p>
      {away.map(([name, { detail }]) => (
        <p key={name} className="break-words text-danger text-xs">
          {`${partName(name)}: ${detail ?? ''}`}
        </p>
      ))}
      {jobs.length > 0 && (
        <ul aria-label={t('What it does now')} className="mt-2 grid gap-1 text-xs">
          {jobs.map((job) => (
            <li key={job.id} data-job={job.id} className="tabular truncate">
              {t(typeNames[job.type])} · {job.owner.name ?? t('An erased account')} ·{' '}
              {t(statusNames[job.status])} {formatNumber(job.progress, { style: 'percent' })}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
