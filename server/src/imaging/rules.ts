/**
 * What others know of this work without doing it. Nothing behind this door decodes a picture, so none of it loads libvips,
 * which render processes alone need.
 */
export { ENGINE_EPOCH } from './epoch.ts'
export { paletteOfThumbhash } from './output/palette.ts'
export { readCurve } from './quality/curve.ts'
export { type QualityChoice, settleQuality } from './settle-quality.ts'

/**
 * Part of what is kept of a file's patches: raise it by one when a file would be cleaned otherwise, so that it is looked
 * through again.
 */
export const cleaningRules = 3

/**
 * Raised when a file is read for more, or better: what was read before is then read again. The index `versions_unread`, and who looks by
 * it, name the number.
 */
export const metadataRules = 2

/** Raised when the same picture would have another look: what was recorded by earlier rules is then compared with nothing. */
export const lookRules = 1
