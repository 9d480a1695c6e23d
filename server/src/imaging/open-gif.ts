import { Failure } from '@rendition/contract'
import sharp from 'sharp'
import { drawGif, readGif } from './decoding/gif.ts'
import { xmpInGif } from './metadata/said-in-gif.ts'
import { type Origin, ownPixels } from './origin.ts'
import type { ImagingLimits, Probe } from './types.ts'

/** A GIF, drawn here: libvips forgets what no frame covers, and clears to colours where browsers clear to nothing. */
export function openGif(bytes: Uint8Array, probe: Probe, limits: ImagingLimits): Origin {
  const { width, height, frames, hasAlpha } = probe
  const gif = readGif(bytes, { width, height }, frames)
  const xmp = xmpInGif(bytes)
  let held: { frame: number; data: Uint8Array } | null = null
  const drawn = (frame: number): Uint8Array => {
    if (held?.frame === frame) return held.data
    let number = 0
    for (const data of drawGif(gif)) {
      if (number++ < frame) continue
      held = { frame, data }
      return data
    }
    throw new Failure('undecodable', 'The GIF has fewer frames than it says.')
  }
  return {
    format: 'gif',
    width,
    height,
    bytes,
    frames,
    delay: gif.delay,
    loop: gif.loop,
    alpha: hasAlpha,
    ...ownPixels,
    metadata: xmp && { xmp },
    open: async (frame = 0) => {
      const raw = { width, height, channels: 4 as const }
      const pipeline = sharp(drawn(frame), { raw, limitInputPixels: limits.stillPixels })
      return hasAlpha ? pipeline : pipeline.removeAlpha()
    },
    async *openAll() {
      yield* drawGif(gif)
    },
  }
}
