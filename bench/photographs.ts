import sharp, { type Sharp } from 'sharp'
import { photograph } from '../server/src/imaging/testing/sources.ts'

/** Drawn once, enlarged to what is asked for: drawing it in JavaScript takes seconds a megapixel. */
const drawn = { width: 900, height: 600 }

/**
 * A photograph of about so many megapixels, 3:2, as pixels: generated, the same for every run. Clouds at every scale
 * and hard edges, and grain of about a pixel in the last step, so that a JPEG of it has about as many bytes a pixel as
 * a camera's (2 to 2.5 bits at quality 90), which is what decoding costs.
 */
export async function photographOf(megapixels: number): Promise<Sharp> {
  const { data, ...raw } = photograph(drawn.width, drawn.height, 7)
  const width = Math.round(Math.sqrt(megapixels * 1e6 * 1.5) / 8) * 8
  const height = Math.round((width * 2) / 3 / 8) * 8
  const large = await sharp(data, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer()
  addGrain(large)
  return sharp(large, { raw: { width, height, channels: 3 }, limitInputPixels: false })
}

/** Noise of a few levels, alike in all channels, as sensors give it. */
function addGrain(pixels: Uint8Array): void {
  let state = 1
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    const grain = (((state >>> 24) + ((state >>> 16) & 255)) >> 4) - 16
    for (let c = 0; c < 3; c += 1) pixels[at + c] = Math.min(255, Math.max(0, (pixels[at + c] ?? 0) + grain))
  }
}
