import type { Phrase } from '../languages/catalogue.ts'

const day = 24 * 3_600_000
/** For how long, as it is offered. */
export const lifetimes = [
  { value: 'day', label: '1 day', ms: day },
  { value: 'week', label: '1 week', ms: 7 * day },
  { value: 'month', label: '30 days', ms: 30 * day },
  { value: 'never', label: 'Never', ms: null },
] as const satisfies readonly { value: string; label: Phrase; ms: number | null }[]
export type Lifetime = (typeof lifetimes)[number]['value']

/** When a link that is made now ends. */
export function endOf(lifetime: Lifetime, now: number): string | null {
  const ms = lifetimes.find(({ value }) => value === lifetime)?.ms ?? null
  return ms === null ? null : new Date(now + ms).toISOString()
}
