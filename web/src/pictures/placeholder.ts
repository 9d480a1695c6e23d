import type { Image } from '@rendition/contract'
import { thumbHashToDataURL } from 'thumbhash'

/**
 * Decoding takes a fraction of a millisecond, but scrolling back and forth should not pay it again. What is decoded goes
 * with the image it was made of: it is a picture, if a small one, and not for the next account.
 */
const decoded = new WeakMap<object, string | null>()

/** The ThumbHash as a picture; null when there is none. */
export function placeholderUrl({ placeholder }: Pick<Image, 'placeholder'>): string | null {
  if (placeholder === null) return null
  const known = decoded.get(placeholder)
  if (known !== undefined) return known
  const url = decode(placeholder.thumbhash)
  decoded.set(placeholder, url)
  return url
}

function decode(base64: string): string | null {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  } catch {
    return null
  }
}
