import { type AuditAction, type AuditEntry, type AuditKind, isId } from '@rendition/contract'

/** Which entries of the audit are looked at. */
export interface EntryFilter {
  kind: AuditKind | 'all'
  action: AuditAction | 'all'
  outcome: AuditEntry['outcome'] | 'all'
  /** Days as `2026-01-31`, of the clock on the wall; empty for any. */
  from: string
  to: string
  /** The id of what was acted on; empty for anything. */
  target: string
}

export const everyEntry: EntryFilter = {
  kind: 'all',
  action: 'all',
  outcome: 'all',
  from: '',
  to: '',
  target: '',
}

/** As the service is asked. The last day is meant to its end. */
export function entryQueryOf({ kind, action, outcome, from, to, target }: EntryFilter) {
  return {
    ...(action !== 'all' ? { action } : kind !== 'all' ? { kind } : {}),
    ...(outcome === 'all' ? {} : { outcome }),
    ...(isId(target.toLowerCase()) ? { targetId: target } : {}),
    ...timeOf('since', from, 0),
    ...timeOf('until', to, 1),
  }
}

function timeOf<N extends string>(name: N, day: string, later: number): { [K in N]?: string } {
  const [year, month, date] = day.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined || Number.isNaN(date)) return {}
  const time = new Date(year, month - 1, date + later)
  // A year that is being typed: 0002.
  if (time.getFullYear() < 1970) return {}
  return { [name]: time.toISOString() } as { [K in N]?: string }
}
