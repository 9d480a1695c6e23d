import type { Image } from '@rendition/contract'

/** Whether something can be seen through the picture, as far as its ThumbHash knows. */
export function isTransparent({ placeholder }: Pick<Image, 'placeholder'>): boolean {
  if (placeholder === null) return false
  try {
    // The last bit of its first three bytes: https://evanw.github.io/thumbhash/
    return atob(placeholder.thumbhash).charCodeAt(2) >> 7 === 1
  } catch {
    return false
  }
}
