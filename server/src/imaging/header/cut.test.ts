import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { probe, readHeader } from '../probe.ts'
import { checkWhole } from '../treat.ts'

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

/** As an upload is judged: decoded where no header tells. */
async function judged(bytes: Uint8Array): Promise<void> {
  const { probe: found, treatment } = await readHeader(bytes, limits)
  if (treatment?.endless) await checkWhole(bytes, found.format, limits.stillPixels)
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
    await expect(judged(cut)).rejects.toMatchObject({ code: 'undecodable' })
    await expect(probe(cut, limits, { relaxed: false })).rejects.toMatchObject({ code: 'undecodable' })
  })
})

it.each(['jpeg', 'progressive jpeg', 'png'] as const)(
  'a %s that lacks its end alone is whole, unless one is strict',
  async (name) => {
    const bytes = await formats[name]
    const cut = bytes.subarray(0, bytes.length - (name === 'png' ? 12 : 2))
    await expect(judged(cut)).resolves.toBeUndefined()
    await expect(probe(cut, limits, { relaxed: false })).rejects.toMatchObject({ code: 'undecodable' })
  },
)

it('a JPEG with a film behind its end is whole', async () => {
  const bytes = Buffer.concat([await formats.jpeg, Buffer.alloc(500_000, 7)])
  await expect(probe(bytes, limits)).resolves.toMatchObject({ format: 'jpeg' })
})

describe('a PNG in more chunks than are looked at', () => {
  const made = noise(1800, 1200).png({ compressionLevel: 0 }).toBuffer().then(inSmallChunks)

  it('is taken whole, also with something behind its end', async () => {
    const bytes = await made
    await expect(probe(bytes, limits)).resolves.toMatchObject({ format: 'png' })
    await expect(probe(Buffer.concat([bytes, Buffer.alloc(200_000)]), limits)).resolves.toMatchObject({
      format: 'png',
    })
  })

  it('is refused when it breaks off', async () => {
    const bytes = await made
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.9))
    await expect(judged(cut)).rejects.toMatchObject({ code: 'undecodable' })
  })
})

/** The pixels of a PNG in chunks of a kilobyte; the checksums stay empty, since no header walk reads them. */
function inSmallChunks(png: Buffer): Buffer {
  const parts = [png.subarray(0, 33)]
  for (let at = 33; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const content = png.subarray(at + 8, at + 8 + length)
    if (png.toString('latin1', at + 4, at + 8) !== 'IDAT') parts.push(png.subarray(at, at + 12 + length))
    else
      for (let from = 0; from < length; from += 1024) {
        const part = content.subarray(from, from + 1024)
        const head = Buffer.alloc(8)
        head.writeUInt32BE(part.length)
        head.write('IDAT', 4, 'latin1')
        parts.push(head, part, Buffer.alloc(4))
      }
    at += 12 + length
  }
  return Buffer.concat(parts)
}
