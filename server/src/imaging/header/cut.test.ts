import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { probe } from '../probe.ts'

/** Noise, so that every format has enough bytes to be cut. */
function noise(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3)
  for (let i = 0; i < pixels.length; i++) pixels[i] = ((i * 7919) >> 5) & 255
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

const limits = {
  stillPixels: 1e8,
  animatedPixels: 5e7,
  frames: 300,
  side: 32_767,
  outputSide: 8_192,
  outputPixels: 4e7,
}
const formats = {
  jpeg: noise(900, 600).jpeg({ quality: 95 }).toBuffer(),
  'progressive jpeg': noise(900, 600).jpeg({ quality: 95, progressive: true }).toBuffer(),
  png: noise(300, 200).png().toBuffer(),
  webp: noise(300, 200).webp().toBuffer(),
  gif: noise(300, 200).gif().toBuffer(),
  tiff: noise(300, 200).tiff().toBuffer(),
  avif: noise(120, 80).avif({ effort: 0 }).toBuffer(),
}

describe.each(Object.entries(formats))('%s', (name, made) => {
  it('is taken whole', async () => {
    await expect(probe(await made, limits)).resolves.toMatchObject({ frames: 1 })
  })

  it.each([0.3, 0.6, 0.99])('is refused when it breaks off after %f', async (share) => {
    // A TIFF may end with what nobody needs: only its decoder can tell.
    if (name === 'tiff' && share > 0.9) return
    const bytes = await made
    const cut = bytes.subarray(0, Math.floor(bytes.length * share))
    await expect(probe(cut, limits)).rejects.toMatchObject({ code: 'undecodable' })
  })
})

it('a JPEG with a film behind its end is whole', async () => {
  const bytes = Buffer.concat([await formats.jpeg, Buffer.alloc(500_000, 7)])
  await expect(probe(bytes, limits)).resolves.toMatchObject({ format: 'jpeg' })
})
