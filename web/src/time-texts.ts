import { formatAgo, formatNumber } from './languages/numbers.ts'
import { t } from './languages/translate.ts'

const units = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
] as const

/** `3 minutes ago`, `now` below one minute. */
export function agoOf(time: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000)
  for (const [size, unit] of units) {
    if (seconds >= size) return formatAgo(-Math.floor(seconds / size), unit)
  }
  return t('just now')
}

/** `340 ms`, `2.5 s`, `3 min 20 s` */
export function durationOf(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60)
    return `${formatNumber(seconds, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
