import { type ErrorCode, isFailure } from '@rendition/contract'
import type { EarlyLook } from '../../platform/storage/index.ts'
import type { Rendering } from '../../rendering/port.ts'

/** Where most headers end, and where those with large profiles and previews do. */
const places = [64 * 1024, 1024 ** 2]

/** What more bytes cannot mend. */
const final: ReadonlySet<ErrorCode> = new Set([
  'unsupported_media_type',
  'too_many_pixels',
  'animation_too_large',
])

/**
 * Refuses by its first bytes what is no picture of ours, or is too large to be decoded, before the rest is sent. A header
 * that is cut off may still come: the whole file is judged in the end.
 */
export function createEarlyLook(rendering: Rendering): EarlyLook {
  return {
    at: places,
    async look(path) {
      try {
        await rendering.probe(path, { beginning: true })
      } catch (error) {
        if (isFailure(error) && final.has(error.code)) throw error
      }
    },
  }
}
