import { formatDate } from '../../languages/numbers.ts'

const dayMs = 86_400_000

/** Every day from the first to the last, `2026-01-31`: also those of which nothing is known. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(first); at <= Date.parse(last); at += dayMs)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

/** The next number of 1, 2, 2.5 or 5 and zeros: where an axis ends so that its parts are plain numbers. */
export function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 5, 10].find((part) => part * power >= value) ?? 10
  return step * power
}

/** `Jan 31` */
export const dayName = (day: string): string =>
  formatDate(day, { month: 'short', day: 'numeric', timeZone: 'UTC' })
