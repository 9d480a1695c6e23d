import type { Image, Size } from '@rendition/contract'

const usualOrder = ['thumbnail', 'small', 'medium', 'large']

/** The sizes in the order they are offered: the usual ones, others by width, the original last. */
export function orderedSizes({ sizes }: Image): [name: string, size: Size][] {
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
