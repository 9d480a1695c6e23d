import type { BatchProgress } from '@rendition/contract'
import { EllipsisVertical } from 'lucide-react'
import { useId, useState } from 'react'
import { plural, t } from '../languages/translate.ts'
import { useBatchActs, useBatchJobs } from '../state/use-jobs.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { ProgressBar } from '../upload/progress-bar.tsx'
import { JobHead } from './job-head.tsx'
import { actsOfBatch, batchActNames, batchText, typeNames } from './job-texts.ts'
import { type JobRowProps, SingleRow } from './single-row.tsx'
import { Thumbnail } from './thumbnail.tsx'

/** With its newest job. */
interface BatchRowProps extends JobRowProps {
  batch: BatchProgress
}

/** A batch as one row with a bar. Its name opens its jobs, those that failed first. */
export function BatchRow({ job, batch, now, mayChange }: BatchRowProps) {
  const [open, setOpen] = useState(false)
  const jobs = useId()
  const { total, pending, processing } = batch
  const kind = t(typeNames[job.type])
  return (
    <li data-job={job.id} data-batch={batch.batchId} className="border-line border-b last:border-b-0">
      <div className="flex items-center gap-3 py-2.5">
        <Thumbnail imageId={job.imageId} />
        <JobHead
          job={job}
          now={now}
          name={plural(total, '{kind} of {count} photo', '{kind} of {count} photos', { kind })}
          open={open}
          onOpen={setOpen}
          details={jobs}
        >
          <div className="mt-1.5 flex items-center gap-3">
            <ProgressBar
              className="flex-1"
              label={t('Batch')}
              value={(total - pending - processing) / total}
            />
            <span className="tabular shrink-0 text-muted text-xs">{batchText(batch)}</span>
          </div>
        </JobHead>
        {mayChange && <Acts job={job} batch={batch} />}
      </div>
      {open && <Jobs id={jobs} batch={batch} now={now} mayChange={mayChange} />}
    </li>
  )
}

function Acts({ job, batch }: Pick<BatchRowProps, 'job' | 'batch'>) {
  const { act, isPending } = useBatchActs(batch.batchId)
  return (
    <Menu
      trigger={
        <IconButton
          label={t('What to do with this batch: {kind}', { kind: t(typeNames[job.type]) })}
          disabled={isPending}
        >
          {isPending ? <Spinner /> : <EllipsisVertical aria-hidden />}
        </IconButton>
      }
    >
      {actsOfBatch(batch, job.priority).map((what) => (
        <MenuItem key={what} onSelect={() => act(what)}>
          {t(batchActNames[what])}
        </MenuItem>
      ))}
    </Menu>
  )
}

function Jobs({ id, batch, now, mayChange }: { id: string } & Omit<BatchRowProps, 'job'>) {
  const failed = useBatchJobs(batch.batchId, 'failed', batch.failed > 0)
  const all = useBatchJobs(batch.batchId, 'all')
  const itemsOf = ({ data }: typeof all) => data?.pages.flatMap(({ items }) => items) ?? []
  const first = batch.failed > 0 ? itemsOf(failed) : []
  const others = itemsOf(all).filter(({ status }) => status !== 'failed')
  const more = failed.hasNextPage ? failed : all
  return (
    <div id={id} className="mb-3 ms-5 border-line border-s ps-4">
      {(all.isPending || (failed.isPending && batch.failed > 0)) && <Spinner className="my-4 text-muted" />}
      <ul aria-label={t('Jobs of the batch')}>
        {[...first, ...others].map((job) => (
          <SingleRow key={job.id} job={job} now={now} mayChange={mayChange} />
        ))}
      </ul>
      {more.hasNextPage && (
        <Button className="my-2" disabled={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
          {t('Show more')}
        </Button>
      )}
    </div>
  )
}
