import type { SharedImage, Size } from '@rendition/contract'

/**
 * The picture to show where it is about so many pixels wide: the smallest that has them, of those that show the whole; else
 * the largest. Originals only where there is nothing else: they may be large, or of a kind that no browser shows.
 */
export function shownSize({ sizes, width, height }: SharedImage, pixels: number): Size | null {
  const { original, ...made } = sizes
  const whole = Object.values(made).filter((size) => isWhole(size, width / height))
  const bySize = whole.toSorted((one, other) => one.width - other.width)
  const enough = bySize.find((size) => Math.max(size.width, size.height) >= pixels)
  return enough ?? bySize.at(-1) ?? Object.values(made)[0] ?? original ?? null
}

/** Thumbnails are cut to a square, which shows in their ratio. */
const isWhole = (size: Size, ratio: number): boolean =>
  Math.abs(size.width / size.height / ratio - 1) < 0.03 || Math.abs(size.width - size.height * ratio) < 2
