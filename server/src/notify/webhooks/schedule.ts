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

const longestPauseMs = 24 * hours

/**
 * Milliseconds until the next attempt, null when there is none left. `random` is in [0, 1): a fifth of the pause is
 * jitter, so that an endpoint that was away does not meet everything at once. A longer Retry-After is honoured.
 */
export function pauseAfter(attempts: number, retryAfterMs: number | null, random: number): number | null {
  const pause = pauses[attempts - 1]
  if (pause === undefined) return null
  const jittered = pause * (0.9 + random * 0.2)
  return Math.min(longestPauseMs, Math.max(jittered, retryAfterMs ?? 0))
}

/** Retry-After as milliseconds from now; seconds or an HTTP date (RFC 9110 10.2.3). null when absent or unreadable. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * seconds
  // An HTTP date begins with the day's name; `Date.parse` takes `-5` for a year.
  const date = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime())
}
