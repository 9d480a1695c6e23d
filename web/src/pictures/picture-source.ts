import type { Size } from '@rendition/contract'
import { pictureUrl } from './picture-url.ts'

/** Whose kept pictures stand in for the service's; null while it can be reached. */
let keptBy: string | null = null

/** Says whether pictures come from the service or from what this browser kept of an account (record 81). */
export function takeKeptPictures(userId: string | null): void {
  keptBy = userId
}

/** Where an element of this page gets a picture from, now. What leaves the page is `pictureUrl`. */
export function pictureSource(size: Pick<Size, 'url'>): string {
  const url = pictureUrl(size)
  if (keptBy === null) return url
  const { origin, pathname, search } = new URL(url)
  // What lies elsewhere is not kept.
  return origin === window.location.origin ? `${origin}/seen/${keptBy}${pathname}${search}` : url
}
