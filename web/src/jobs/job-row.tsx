import type { Job } from '@rendition/contract'
import { EllipsisVertical, FileCog } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Link } from 'wouter'
import { formatTime } from '../format.ts'
import type { Phrase } from '../languages/catalogue.ts'
import { plural, t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { serviceText } from '../state/explain-error.ts'
import { useImage } from '../state/use-images.ts'
import { type JobAct, useBatch, useJobActs } from '../state/use-jobs.ts'
import { agoOf, durationOf } from '../time-texts.ts'
import { IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { ProgressBar } from '../upload/progress-bar.tsx'
import { actsOf, statusNames, typeNames } from './job-texts.ts'

const actNames: Record<JobAct, Phrase> = {
  cancel: 'Cancel',
  retry: 'Try again',
  interactive: 'Move to the fast lane',
  bulk: 'Move to the bulk lane',
  remove: 'Remove from the list',
}
const statusLooks: Record<Job['status'], string> = {
  pending: 'border-line-strong text-muted',
  processing: 'border-accent text-accent',
  complete: 'border-good text-good',
  failed: 'border-danger text-danger',
  cancelled: 'border-line-strong text-muted',
}

interface JobRowProps {
  job: Job
  now: number
  /** Whoever may only look has no menu. */
  mayChange: boolean
}

/** One job, or the newest of a batch for the whole of it. Its name opens what is known of it. */
export function JobRow({ job, now, mayChange }: JobRowProps) {
  const [open, setOpen] = useState(false)
  const details = useId()
  const batch = useBatch(job.batchId)
  const whole = batch !== undefined && batch.total > 1 ? batch : null
  const running = job.status === 'processing'
  return (
    <li data-job={job.id} className="border-line border-b last:border-b-0">
      <div className="flex items-center gap-3 py-2.5">
        <Thumbnail imageId={job.imageId} />
        <div className="min-w-0 flex-1">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={details}
            onClick={() => setOpen(!open)}
            className="max-w-full truncate text-start font-medium text-sm hover:underline"
          >
            {whole === null
              ? t(typeNames[job.type])
              : plural(whole.total, '{kind} of {count} photo', '{kind} of {count} photos', {
                  kind: t(typeNames[job.type]),
                })}
          </button>
          <p className="truncate text-muted text-xs">
            {job.priority === 'bulk' ? t('Bulk lane') : t('Fast lane')} · {agoOf(job.createdAt, now)}
            {job.attempts > 1 &&
              ` · ${t('attempt {attempts} of {most}', { attempts: job.attempts, most: job.maxAttempts })}`}
            {whole === null && job.errorMessage !== null && ` · ${serviceText(job.errorMessage)}`}
          </p>
          {whole !== null && (
            <div className="mt-1.5 flex items-center gap-3">
              <ProgressBar
                className="flex-1"
                label={t('Batch')}
                value={(whole.total - whole.pending - whole.processing) / whole.total}
              />
              <span className="tabular shrink-0 text-muted text-xs">{batchText(whole)}</span>
            </div>
          )}
          {whole === null && running && (
            <div className="mt-1.5">
              <ProgressBar label={t('Progress')} value={job.progress} />
            </div>
          )}
        </div>
        {whole === null && (
          <span
            className={classes(
              'shrink-0 rounded-full border px-2.5 py-0.5 font-medium text-xs',
              statusLooks[job.status],
            )}
          >
            {t(statusNames[job.status])}
          </span>
        )}
        {mayChange && whole === null && <Acts job={job} />}
      </div>
      {open && <Details id={details} job={job} />}
    </li>
  )
}

const batchText = ({
  total,
  complete,
  failed,
  cancelled,
}: NonNullable<ReturnType<typeof useBatch>>): string =>
  [
    t('{complete} of {total} done', { complete, total }),
    failed > 0 && t('{failed} failed', { failed }),
    cancelled > 0 && t('{cancelled} cancelled', { cancelled }),
  ]
    .filter((part) => part !== false)
    .join(', ')

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

/** The picture that a job is about, where there is one yet. */
function Thumbnail({ imageId }: { imageId: string | null }) {
  const frame = 'grid size-11 shrink-0 place-items-center overflow-hidden rounded-md bg-sunken text-muted'
  if (imageId === null) return <Nothing className={frame} />
  return <ThumbnailOf imageId={imageId} className={frame} />
}

function ThumbnailOf({ imageId, className }: { imageId: string; className: string }) {
  const { data: image } = useImage(imageId)
  const size = image?.sizes.thumbnail
  if (image === undefined || size === undefined) return <Nothing className={className} />
  return (
    <Link href={`/photos/${imageId}`} aria-label={image.altText ?? image.originalName} className={className}>
      <img src={pictureUrl(size)} alt="" loading="lazy" className="size-full object-cover" />
    </Link>
  )
}

function Nothing({ className }: { className: string }): ReactNode {
  return (
    <span className={className}>
      <FileCog aria-hidden className="size-5" strokeWidth={1.5} />
    </span>
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
    [t('Notes'), job.result?.notes.join(' ') || null],
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
