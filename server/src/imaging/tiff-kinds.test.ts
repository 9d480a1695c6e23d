import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { probe } from './probe.ts'
import { decoded, pixelAt, renderOne } from './testing/rendering.ts'
import { limits } from './testing/sources.ts'
import { type TiffOptions, tiffOf } from './testing/tiff.ts'

const [width, height] = [8, 4]
const size = { width, height }

/** The same samples for every pixel. */
const each = (...samples: number[]): Uint8Array =>
  Uint8Array.from({ length: width * height * samples.length }, (_, at) => samples[at % samples.length] ?? 0)

const floats = (...samples: number[]): Uint8Array =>
  new Uint8Array(
    Float32Array.from(
      { length: width * height * samples.length },
      (_, at) => samples[at % samples.length] ?? 0,
    ).buffer,
  )

/** Twelve bits of 0x800 in a row. */
const twelve = Uint8Array.from(
  { length: (width * height * 12) / 8 },
  (_, at) => [0x80, 0x08, 0x00][at % 3] ?? 0,
)

/** Colours by two, half as many down and across: four Y and one pair. */
const units = Uint8Array.from(
  { length: (width / 2) * (height / 2) * 6 },
  (_, at) => [76, 76, 76, 76, 85, 255][at % 6] ?? 0,
)

const float = [339, [3, 3, 3]] as const
const read: [string, TiffOptions, number[]][] = [
  ['12 bits of grey', { ...size, bits: [12], photometry: 1, data: twelve }, [128, 128, 128]],
  ['12 bits of grey, white is zero', { ...size, bits: [12], photometry: 0, data: twelve }, [127, 127, 127]],
  [
    'numbers with a point, grey',
    { ...size, bits: [32], photometry: 1, data: floats(0.5), more: [[339, [3]]] },
    [128, 128, 128],
  ],
  [
    'numbers with a point, RGB',
    { ...size, bits: [32, 32, 32], photometry: 2, data: floats(1, 0.5, 0), more: [float] },
    [255, 128, 0],
  ],
  [
    'numbers of 32 bits, grey',
    { ...size, bits: [32], photometry: 1, data: each(0, 0, 0, 128) },
    [128, 128, 128],
  ],
  [
    'YCbCr',
    { ...size, bits: [8, 8, 8], photometry: 6, data: each(76, 85, 255), more: [[530, [1, 1]]] },
    [254, 0, 0],
  ],
  ['YCbCr by half', { ...size, bits: [8, 8, 8], photometry: 6, data: units }, [254, 0, 0]],
  ['L*a*b*', { ...size, bits: [8, 8, 8], photometry: 8, data: each(138, 81, 70) }, [255, 0, 0]],
  [
    'L*a*b* with alpha',
    { ...size, bits: [8, 8, 8, 8], photometry: 8, data: each(138, 81, 70, 102), more: [[338, [2]]] },
    [255, 0, 0, 102],
  ],
  [
    'packed by deflate',
    { ...size, bits: [12], photometry: 1, data: deflateSync(twelve), compression: 8 },
    [128, 128, 128],
  ],
  [
    '8 bits, left to libvips',
    { ...size, bits: [8, 8, 8], photometry: 2, data: each(200, 80, 40) },
    [200, 80, 40],
  ],
]

describe('a TIFF that is read right', () => {
  it.each(read)('%s', async (_name, options, expected) => {
    for (const big of [false, true]) {
      const bytes = tiffOf({ ...options, big })
      await expect(probe(bytes, limits)).resolves.toMatchObject({ ...size, hasAlpha: expected.length === 4 })
      const canvas = await decoded((await renderOne(bytes, 'format=png')).data)
      const found = pixelAt(canvas, 3, 2)
      for (const [channel, value] of expected.entries())
        expect(Math.abs((found[channel] ?? -99) - value), found.join()).toBeLessThanOrEqual(4)
    }
  })

  it.each([
    ['LZW', { compression: 'lzw', predictor: 'horizontal' }],
    ['deflate', { compression: 'deflate', predictor: 'horizontal' }],
    ['tiles', { compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 32 }],
  ] as const)('numbers with a point by libvips: %s', async (_name, how) => {
    const data = Buffer.from(Float32Array.from({ length: 60 * 40 }, (_, at) => (at % 60) / 59).buffer)
    const bytes = await sharp(data, { raw: { width: 60, height: 40, channels: 1, depth: 'float' } as never })
      .toColourspace('b-w')
      .tiff({ ...how })
      .toBuffer()
    await expect(probe(bytes, limits)).resolves.toMatchObject({ width: 60, height: 40 })
  })
})

const rgb = { ...size, bits: [8, 8, 8], photometry: 2, data: each(1, 2, 3) }
describe('a TIFF that is refused by its name', () => {
  it.each([
    ['Zstandard', { ...rgb, compression: 50_000 }],
    ['old-style JPEG', { ...rgb, compression: 6 }],
    ['JPEG 2000', { ...rgb, compression: 34_712 }],
    ['LogLuv', { ...rgb, photometry: 32_845 }],
    ['signed numbers', { ...rgb, more: [[339, [2, 2, 2]]] }],
    ['Raw camera', { ...rgb, photometry: 32_803 }],
    ['Raw camera', { ...rgb, more: [[33_421, [2, 2]]] }],
  ] as [string, TiffOptions][])('%s', async (name, options) => {
    await expect(probe(tiffOf(options), limits)).rejects.toMatchObject({
      code: 'unsupported_media_type',
      detail: expect.stringContaining(name),
    })
  })

  it('its pixels cut off', async () => {
    const bytes = tiffOf({ ...size, bits: [12], photometry: 1, data: twelve.subarray(0, 20) })
    await expect(renderOne(bytes, 'format=png')).rejects.toMatchObject({ code: 'undecodable' })
  })
})
