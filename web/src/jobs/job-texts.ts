import type { Job, JobStatus, JobType } from '@rendition/contract'
import type { Phrase } from '../languages/catalogue.ts'
import type { JobAct } from '../state/use-jobs.ts'

export const statusNames: Record<JobStatus, Phrase> = {
  pending: 'Waiting',
  processing: 'Running',
  complete: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}
export const typeNames: Record<JobType, Phrase> = {
  renditions: 'Sizes',
  transform: 'Transform',
  import: 'Import',
  bulk: 'Changes',
  export: 'Export',
  unpack: 'job|Archive',
  purge: 'job|Purge',
}

/** What may be done with a job as it stands. */
export function actsOf({ status, priority }: Pick<Job, 'status' | 'priority'>): JobAct[] {
  const open = status === 'pending' || status === 'processing'
  const lane: JobAct[] = status === 'pending' ? [priority === 'bulk' ? 'interactive' : 'bulk'] : []
  return [
    ...(open ? (['cancel'] as const) : []),
    ...(status === 'failed' ? (['retry'] as const) : []),
    ...lane,
    'remove',
  ]
}
