import type { Image } from '@rendition/contract'
import { thumbHashToDataURL } from 'thumbhash'

/** Decoding takes a fraction of a millisecond, but scrolling back and forth should not pay it again. */
const decoded = new Map<string, string | null>()
const most = 2000

/** The ThumbHash as a picture; null when there is none. */
export function placeholderUrl({ placeholder }: Image): string | null {
  if (placeholder === null) return null
  const { thumbhash } = placeholder
  const known = decoded.get(thumbhash)
  if (known !== undefined) return known
  if (decoded.size >= most) decoded.clear()
  const url = decode(thumbhash)
  decoded.set(thumbhash, url)
  return url
}

function decode(base64: string): string | null {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  } catch {
    return null
  }
}
