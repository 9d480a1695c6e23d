import { formatDate, formatNumber } from './languages/numbers.ts'

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
  return `${shown} ${units[unit]}`
}

/** `4032 × 3024` */
export function formatPixels(width: number, height: number): string {
  return `${width} × ${height}`
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

/** A day, in figures. */
export function formatDay(time: string | Date): string {
  return formatDate(time, {})
}

/** `1 photo`, `2 photos` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
