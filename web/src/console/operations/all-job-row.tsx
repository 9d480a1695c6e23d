import type { AdminJob } from '@rendition/contract'
import { EllipsisVertical } from 'lucide-react'
import { actNames, actsOf, laneNames, statusNames, typeNames } from '../../jobs/job-texts.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { t } from '../../languages/translate.ts'
import { serviceText } from '../../state/explain-error.ts'
import { useAllJobActs } from '../../state/use-operations.ts'
import { agoOf } from '../../time-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Badge } from '../code.tsx'

const looks = {
  pending: 'plain',
  processing: 'busy',
  complete: 'good',
  failed: 'bad',
  cancelled: 'plain',
} as const

interface AllJobRowProps {
  job: AdminJob
  now: number
  onOwner: (id: string, name: string) => void
}

/** A job of somebody, and what can be done with it. */
export function AllJobRow({ job, now, onOwner }: AllJobRowProps) {
  const { one } = useAllJobActs()
  const kind = t(typeNames[job.type])
  const name = job.owner.name ?? t('An erased account')
  return (
    <li data-job={job.id} className="flex items-center gap-3 py-3">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm">
          <span className="font-medium">{kind}</span>
          {' · '}
          <button
            type="button"
            title={t('Show this account’s jobs alone')}
            onClick={() => onOwner(job.owner.id, name)}
            className="underline decoration-line-strong underline-offset-4 hover:decoration-ink"
          >
            <bdi>{name}</bdi>
          </button>
        </p>
        <p className="tabular break-words text-muted text-xs">
          {t(laneNames[job.priority])} · {agoOf(job.createdAt, now)}
          {job.status === 'processing' && ` · ${formatNumber(job.progress, { style: 'percent' })}`}
          {job.errorMessage !== null && ` · ${serviceText(job.errorMessage)}`}
        </p>
      </div>
      <Badge look={looks[job.status]}>{t(statusNames[job.status])}</Badge>
      <Menu
        trigger={
          <IconButton label={t('What to do with this job: {kind}', { kind })}>
            <EllipsisVertical aria-hidden />
          </IconButton>
        }
      >
        {actsOf(job).map((what) => (
          <MenuItem key={what} onSelect={() => void one.act({ job, what })}>
            {t(actNames[what])}
          </MenuItem>
        ))}
      </Menu>
    </li>
  )
}
