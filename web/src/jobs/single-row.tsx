import type { Job } from '@rendition/contract'
import { EllipsisVertical } from 'lucide-react'
import { useId, useState } from 'react'
import { formatBytes, formatFormat, formatPixels, formatTime } from '../format.ts'
import { t } from '../languages/translate.ts'
import { serviceText } from '../state/explain-error.ts'
import { useImage } from '../state/use-images.ts'
import { useJobActs } from '../state/use-jobs.ts'
import { durationOf } from '../time-texts.ts'
import { IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { ProgressBar } from '../upload/progress-bar.tsx'
import { JobHead } from './job-head.tsx'
import { actNames, actsOf, noteText, statusNames, typeNames } from './job-texts.ts'
import { Thumbnail } from './thumbnail.tsx'

const statusLooks: Record<Job['status'], string> = {
  pending: 'border-line-strong text-muted',
  processing: 'border-accent text-accent',
  complete: 'border-good text-good',
  failed: 'border-danger text-danger',
  cancelled: 'border-line-strong text-muted',
}

export interface JobRowProps {
  job: Job
  now: number
  /** Whoever may only look has no menu. */
  mayChange: boolean
}

/** One job. Its name opens what is known of it. */
export function SingleRow({ job, now, mayChange }: JobRowProps) {
  const [open, setOpen] = useState(false)
  const details = useId()
  return (
    <li data-job={job.id} className="border-line border-b last:border-b-0">
      <div className="flex items-center gap-3 py-2.5">
        <Thumbnail imageId={job.imageId} />
        <JobHead
          job={job}
          now={now}
          name={t(typeNames[job.type])}
          open={open}
          onOpen={setOpen}
          details={details}
          about={job.imageId !== null && <PhotoName imageId={job.imageId} />}
          more={
            <>
              {job.attempts > 1 &&
                ` · ${t('attempt {attempts} of {most}', { attempts: job.attempts, most: job.maxAttempts })}`}
              {job.errorMessage !== null && ` · ${serviceText(job.errorMessage)}`}
            </>
          }
        >
          {job.status === 'processing' && (
            <div className="mt-1.5">
              <ProgressBar label={t('Progress')} value={job.progress} />
            </div>
          )}
        </JobHead>
        <span
          className={classes(
            'shrink-0 rounded-full border px-2.5 py-0.5 font-medium text-xs',
            statusLooks[job.status],
          )}
        >
          {t(statusNames[job.status])}
        </span>
        {mayChange && <Acts job={job} />}
      </div>
      {open && <Details id={details} job={job} />}
    </li>
  )
}

function PhotoName({ imageId }: { imageId: string }) {
  const { data: image } = useImage(imageId)
  return (
    image !== undefined && (
      <>
        <bdi>{image.originalName}</bdi>
        {' · '}
      </>
    )
  )
}

function Acts({ job }: { job: Job }) {
  const { act } = useJobActs()
  return (
    <Menu
      trigger={
        <IconButton label={t('What to do with this job: {kind}', { kind: t(typeNames[job.type]) })}>
          <EllipsisVertical aria-hidden />
        </IconButton>
      }
    >
      {actsOf(job).map((what) => (
        <MenuItem key={what} onSelect={() => act(job, what)}>
          {t(actNames[what])}
        </MenuItem>
      ))}
    </Menu>
  )
}

function Details({ id, job }: { id: string; job: Job }) {
  const span = (from: string | null, to: string | null) =>
    from === null || to === null ? null : durationOf(Date.parse(to) - Date.parse(from))
  const facts = [
    [t('Asked'), formatTime(job.createdAt)],
    [t('Waited'), span(job.createdAt, job.startedAt)],
    [t('Ran'), span(job.startedAt, job.finishedAt)],
    [t('Ended'), job.finishedAt === null ? null : formatTime(job.finishedAt)],
    [t('Attempts'), t('{attempts} of {most}', { attempts: job.attempts, most: job.maxAttempts })],
    [
      t('Error'),
      job.errorMessage === null ? null : `${serviceText(job.errorMessage)} (${job.errorCode ?? '?'})`,
    ],
    [t('Made'), madeText(job)],
    [t('Notes'), job.result?.notes.map(noteText).join(' ') || null],
    [t('Id'), job.id],
  ] as const
  return (
    <dl id={id} className="grid grid-cols-[5rem_1fr] gap-x-3 gap-y-1.5 pb-4 ps-14 text-xs">
      {facts.map(
        ([term, fact]) =>
          fact !== null && (
            <div key={term} className="contents">
              <dt className="text-muted">{term}</dt>
              <dd className="tabular break-words">{fact}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** What came of it, where that is a picture. */
function madeText({ result }: Job): string | null {
  if (result === null || result.width === null || result.height === null) return null
  const { version, width, height, format, size } = result
  return [
    version !== null && t('Version {version}', { version }),
    formatPixels(width, height),
    format !== null && formatFormat(format),
    size !== null && formatBytes(size),
  ]
    .filter((part) => part !== false)
    .join(' · ')
}
