import { spread } from '../spread.ts'

const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

/**
 * Pauses after each failed attempt, as the Standard Webhooks specification suggests: about three days in all.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
const pauses = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
]

/** As long as an endpoint has, at most, does a delivery wait for us. */
const longestWaitMs = pauses.reduce((sum, pause) => sum + pause, 0)

const longestPauseMs = 24 * hours

/**
 * Milliseconds until the next attempt, null when there is none left. A longer Retry-After is honoured.
 */
export function pauseAfter(attempts: number, retryAfterMs: number | null, random: number): number | null {
  const pause = pauses[attempts - 1]
  if (pause === undefined) return null
  return Math.min(longestPauseMs, Math.max(spread(pause, random), retryAfterMs ?? 0))
}

/** When the attempts come that are left, if every one of them fails; the first is the next one. Give or take a tenth. */
export function plannedAttempts(attempts: number, next: Date): Date[] {
  const planned = [next]
  let at = next.getTime()
  for (const pause of pauses.slice(attempts)) {
    at += pause
    planned.push(new Date(at))
  }
  return planned
}

/**
 * Milliseconds until the next attempt after one that failed for want of something of ours, null when the delivery is too
 * old. Soon, since such a want mostly passes soon; a tenth of its age later, where it does not.
 */
export function pauseOfOurs(ageMs: number): number | null {
  if (ageMs > longestWaitMs) return null
  return Math.min(5 * minutes, Math.max(5 * seconds, ageMs / 10))
}

/** Retry-After as milliseconds from now; seconds or an HTTP date (RFC 9110 10.2.3). null when absent or unreadable. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * seconds
  // An HTTP date begins with the day's name; `Date.parse` takes `-5` for a year.
  const date = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime())
}
