import type { Image, Version } from '@rendition/contract'

/** One of two pictures: of which version, and in which format. */
export interface Side {
  version: number
  format: Format
}

export const formats = ['jpeg', 'webp', 'avif', 'png'] as const
export type Format = (typeof formats)[number]

/** As wide as two of them are seen; more would be bytes that nobody sees, and less would not show what a format does. */
const mostWidth = 1600

/** What is likely meant: the version before and this one, or, of an untouched picture, what two formats make of it. */
export function firstSides({ version }: Image, versions: readonly Version[]): [Side, Side] {
  const before = versions.find((one) => one.version < version)
  return before === undefined
    ? [
        { version, format: 'jpeg' },
        { version, format: 'avif' },
      ]
    : [
        { version: before.version, format: 'webp' },
        { version, format: 'webp' },
      ]
}

/** The parameters of its URL. */
export function parametersOf(
  { version, format }: Side,
  versions: readonly Version[],
): Record<string, string> {
  const whole = versions.find((one) => one.version === version)?.width ?? mostWidth
  return { v: String(version), width: String(Math.min(mostWidth, whole)), format }
}

/** How the second stands beside the first: in percent, below 0 where it has fewer bytes. */
export const differenceOf = (first: number, second: number): number =>
  Math.round((100 * (second - first)) / first)
