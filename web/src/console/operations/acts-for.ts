import type { AllJobsFilter } from '@rendition/client'
import type { AllJobsAct } from '../../state/use-operations.ts'

/** What makes sense for jobs of these states and lanes. */
export function actsFor({ status, priority }: AllJobsFilter): AllJobsAct[] {
  const may = (...states: readonly string[]) => status === undefined || states.includes(status)
  const acts: (AllJobsAct | false)[] = [
    may('pending', 'processing') && 'cancel',
    may('failed') && 'retry',
    may('pending') && priority !== 'interactive' && 'interactive',
    may('pending') && priority !== 'bulk' && 'bulk',
  ]
  return acts.filter((act) => act !== false)
}
