import type { Image, Size } from '@rendition/contract'

/** A picture with more pixels is not loaded whole where it is looked into: 40 megapixels are 160 MB in a browser. */
const deepPixels = 40_000_000

export const isDeep = ({ width, height }: Pick<Image, 'width' | 'height'>): boolean =>
  width * height > deepPixels

/** What every browser that the page runs in shows. */
const shownByBrowsers = new Set(['jpeg', 'png', 'webp', 'gif', 'avif'])

/**
 * The least size with `width` pixels, or the one with the most: what to show of `size` where it is looked into.
 * `size` itself where no other has more. The original is not among them where it is too large to be loaded whole.
 */
export function sharperSize(
  image: Pick<Image, 'width' | 'height' | 'sizes'>,
  size: Size,
  width: number,
): Size {
  if (size.width >= width) return size
  const larger = Object.entries(image.sizes)
    .filter(([name]) => !(name === 'original' && isDeep(image)))
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
