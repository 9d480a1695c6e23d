import type { Image, Size } from '@rendition/contract'

const usualOrder = ['thumbnail', 'small', 'medium', 'large']

/** The sizes in the order they are offered: the usual ones, others by width, the original last. */
export function orderedSizes({ sizes }: Pick<Image, 'sizes'>): [name: string, size: Size][] {
  return Object.entries(sizes).sort(
    ([a, sizeA], [b, sizeB]) => rank(a) - rank(b) || sizeA.width - sizeB.width,
  )
}

function rank(name: string): number {
  if (name === 'original') return usualOrder.length + 1
  const at = usualOrder.indexOf(name)
  return at === -1 ? usualOrder.length : at
}

/** What to show first: as large as a screen needs. The original may be many megabytes, or no picture a browser shows. */
export function defaultSize(image: Image): string {
  return ['large', 'medium', 'small'].find((name) => name in image.sizes) ?? 'original'
}

/** What every browser that the page runs in shows. */
const shownByBrowsers = new Set(['jpeg', 'png', 'webp', 'gif', 'avif'])

/**
 * The least size with `width` pixels, or the one with the most: what to show of `size` where it is looked into.
 * `size` itself where no other has more.
 *
 * @param withoutOriginal it is too large to be loaded whole
 */
export function sharperSize(
  image: Pick<Image, 'sizes'>,
  size: Size,
  width: number,
  withoutOriginal = false,
): Size {
  if (size.width >= width) return size
  const larger = orderedSizes(image)
    .filter(([name]) => !(withoutOriginal && name === 'original'))
    .map(([, other]) => other)
    .filter(
      (other) => shownByBrowsers.has(other.format) && other.width > size.width && sameShape(other, size),
    )
    .sort((a, b) => a.width - b.width)
  return larger.find((other) => other.width >= width) ?? larger.at(-1) ?? size
}

/** Of the same part of the picture; a rounded side is up to a pixel off. */
const sameShape = (a: Size, b: Size): boolean =>
  Math.abs((a.width * b.height) / b.width - a.height) <= Math.max(1, a.width / b.width)

/** What `download` says: `Holiday.jpg` in size `medium` as WebP → `Holiday-medium.webp`; the original has its own name. */
export function downloadName({ originalName }: Image, name: string, { format }: Size): string {
  if (name === 'original') return 'true'
  // The parameter takes 255 characters, and file names are cut anyway.
  const base = originalName.replace(/\.[^.]{1,5}$/, '').slice(0, 100)
  return `${base}-${name}.${format === 'jpeg' ? 'jpg' : format}`
}

/** When a signed URL stops working; null for one that does not. */
export function expiryOf(url: string): Date | null {
  const seconds = Number(new URL(url, window.location.href).searchParams.get('exp') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? new Date(seconds * 1000) : null
}
