import type { BatchProgress, Job, JobStatus, JobType, Priority } from '@rendition/contract'
import { formatSizeName } from '../format.ts'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { serviceText } from '../state/explain-error.ts'
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

/** What may be done with a batch, whose jobs that wait are in this lane. */
export function actsOfBatch(
  { pending, processing, failed }: Pick<BatchProgress, 'pending' | 'processing' | 'failed'>,
  lane: Job['priority'],
): JobAct[] {
  return [
    ...(pending + processing > 0 ? (['cancel'] as const) : []),
    ...(failed > 0 ? (['retry'] as const) : []),
    ...(pending > 0 ? ([lane === 'bulk' ? 'interactive' : 'bulk'] as const) : []),
    'remove',
  ]
}

export const laneNames: Record<Priority, Phrase> = { interactive: 'Fast lane', bulk: 'Bulk lane' }
export const actNames: Record<JobAct, Phrase> = {
  cancel: 'Cancel',
  retry: 'Try again',
  interactive: 'Move to the fast lane',
  bulk: 'Move to the bulk lane',
  remove: 'Remove from the list',
}
export const batchActNames: Record<JobAct, Phrase> = {
  cancel: 'Cancel what is left',
  retry: 'Try the failed ones again',
  interactive: 'Move what waits to the fast lane',
  bulk: 'Move what waits to the bulk lane',
  remove: 'Remove all of them from the list',
}

/** How far it is, in words. */
export function batchText({ total, complete, failed, cancelled }: BatchProgress): string {
  const parts = [
    t('{complete} of {total} done', { complete, total }),
    failed > 0 && t('{failed} failed', { failed }),
    cancelled > 0 && t('{cancelled} cancelled', { cancelled }),
  ]
  return parts.filter((part) => part !== false).join(', ')
}

/** A note of a job's result: the size that it is about stands before the colon, where it is about one. */
export function noteText(note: string): string {
  const [whole, size, text] = /^([a-z][a-z0-9-]{0,31}): (.*)$/s.exec(note) ?? [note]
  return size === undefined || text === undefined
    ? (serviceText(whole) ?? whole)
    : `${formatSizeName(size)}: ${serviceText(text) ?? text}`
}
