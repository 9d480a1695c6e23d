import type { ImageMetadata } from '@rendition/contract'
import { formatClock } from '../format.ts'
import { formatNumber } from '../languages/numbers.ts'

/** Seconds as cameras say them: `1/250 s`, `0.8 s`, `30 s`. */
export function formatExposureTime(seconds: number): string {
  if (seconds >= 0.3) return `${formatNumber(seconds, { maximumFractionDigits: 1 })} s`
  return seconds > 0 ? `1/${Math.round(1 / seconds)} s` : '0 s'
}

/** `f/2.8 · 1/250 s · ISO 200 · 35 mm`; null where the file says nothing of it. */
export function exposureOf({ exposure }: ImageMetadata): string | null {
  if (exposure === null) return null
  const { aperture, time, iso, focalLength } = exposure
  const parts = [
    aperture === null ? [] : `f/${formatNumber(aperture, { maximumFractionDigits: 1 })}`,
    time === null ? [] : formatExposureTime(time),
    iso === null ? [] : `ISO ${iso}`,
    focalLength === null ? [] : `${Math.round(focalLength)} mm`,
  ].flat()
  return parts.length === 0 ? null : parts.join(' · ')
}

/** The clock of the place where it was taken, which is no moment without an offset: read as it stands. */
export function formatTaken(takenAt: string): string {
  const text = formatClock(takenAt)
  if (text === undefined) return takenAt
  const offset = /[+-]\d\d:\d\d$/.exec(takenAt)?.[0]
  return offset === undefined ? text : `${text} (UTC${offset})`
}

/** `46.5200° N, 8.0083° E` */
export function formatPlace(latitude: number, longitude: number): string {
  const side = (value: number, signs: string): string =>
    `${Math.abs(value).toFixed(4)}° ${signs[value < 0 ? 1 : 0]}`
  return `${side(latitude, 'NS')}, ${side(longitude, 'EW')}`
}
