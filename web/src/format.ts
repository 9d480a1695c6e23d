import type { Phrase } from './languages/catalogue.ts'
import { isRightToLeft } from './languages/direction.ts'
import { formatDate, formatNumber } from './languages/numbers.ts'
import { t } from './languages/translate.ts'

const sizeNames: Readonly<Record<string, Phrase>> = {
  thumbnail: 'thumbnail',
  small: 'small',
  medium: 'medium',
  large: 'large',
  original: 'original',
}

/** The name of a size: those that every installation has are words, others are names. */
export function formatSizeName(name: string): string {
  const known = Object.hasOwn(sizeNames, name) ? sizeNames[name] : undefined
  return known === undefined ? name : t(known)
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `3 423 907` → `3.4 MB`: decimal units, as in the API and in file managers, two significant digits below ten. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1
  const shown = formatNumber(value, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return leftToRight(`${shown} ${units[unit]}`)
}

/** `4032 × 3024` */
export function formatPixels(width: number, height: number): string {
  return leftToRight(`${width} × ${height}`)
}

const formatNames: Record<string, string> = { jpeg: 'JPEG', jpg: 'JPEG', webp: 'WebP' }

/** `jpeg`, `image/jpeg` → `JPEG` */
export function formatFormat(format: string): string {
  const name = format.replace(/^image\//, '')
  return formatNames[name] ?? name.toUpperCase()
}

/** A moment, to the minute. */
export function formatTime(time: string | Date): string {
  return formatDate(time, { dateStyle: 'medium', timeStyle: 'short' })
}

/** The clock of a place as it stands there: without an offset it is no moment. Undefined where the text is no time. */
export function formatClock(time: string): string | undefined {
  const clock = new Date(`${time.slice(0, 19)}Z`)
  return Number.isNaN(clock.getTime())
    ? undefined
    : formatDate(clock, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
}

/** A day, in figures. */
export function formatDay(time: string | Date): string {
  return formatDate(time, {})
}

/** Units and sides stand behind their numbers, also between words that go from right to left. */
const leftToRight = (text: string): string => (isRightToLeft() ? `\u2066${text}\u2069` : text)
