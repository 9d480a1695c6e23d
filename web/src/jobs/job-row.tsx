import { useBatch } from '../state/use-jobs.ts'
import { BatchRow } from './batch-row.tsx'
import { type JobRowProps, SingleRow } from './single-row.tsx'

/** One job, or the newest of a batch for the whole of it. */
export function JobRow({ job, now, mayChange }: JobRowProps) {
  const batch = useBatch(job.batchId)
  return batch != null && batch.total > 1 ? (
    <BatchRow job={job} batch={batch} now={now} mayChange={mayChange} />
  ) : (
    <SingleRow job={job} now={now} mayChange={mayChange} />
  )
}
