import type { Job, JobStatus, JobType } from '@rendition/contract'
import type { JobAct } from '../state/use-jobs.ts'

export const statusNames: Record<JobStatus, string> = {
  pending: 'Waiting',
  processing: 'Running',
  complete: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}
export const typeNames: Record<JobType, string> = {
  renditions: 'Sizes',
  transform: 'Transform',
  import: 'Import',
  bulk: 'Changes',
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

const units = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
] as const
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `3 minutes ago`, `now` below one minute. */
export function agoOf(time: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000)
  for (const [size, unit] of units) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit)
  }
  return 'just now'
}

/** `340 ms`, `2.5 s`, `3 min 20 s` */
export function durationOf(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
