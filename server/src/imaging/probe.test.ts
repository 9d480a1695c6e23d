import { isFailure } from '@rendition/contract'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { probe } from './probe.ts'
import { animation, drawing, limits, open, photograph } from './testing/sources.ts'
import type { ByteReader } from './types.ts'

async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    await probe(bytes, limits)
    return 'accepted'
  } catch (error) {
    if (isFailure(error)) return error.code
    throw error
  }
}

const photo = () => open(photograph(64, 48, 1))

test.each([
  ['jpeg', () => photo().jpeg().toBuffer()],
  [
    'jpeg',
    () =>
      photo()
        .jpeg({ progressive: true })
        .withExif({ IFD0: { Artist: 'x' } })
        .toBuffer(),
  ],
  ['png', () => photo().png({ progressive: true }).toBuffer()],
  ['png', () => photo().png({ palette: true }).toBuffer()],
  ['webp', () => photo().webp().toBuffer()],
  ['webp', () => photo().webp({ lossless: true }).toBuffer()],
  [
    'webp',
    () =>
      open(drawing(64, 48, 4))
        .webp()
        .toBuffer(),
  ],
  [
    'webp',
    () =>
      photo()
        .webp()
        .keepExif()
        .withExif({ IFD0: { Artist: 'x' } })
        .toBuffer(),
  ],
  ['gif', () => photo().gif().toBuffer()],
  ['tiff', () => photo().tiff().toBuffer()],
  ['tiff', () => photo().tiff({ bigtiff: false, compression: 'lzw' }).toBuffer()],
  ['avif', () => photo().avif({ effort: 0 }).toBuffer()],
  [
    'avif',
    () =>
      open(drawing(64, 48, 4))
        .avif({ effort: 0 })
        .toBuffer(),
  ],
] as const)('%s: the header says what libvips says', async (format, make) => {
  const bytes = await make()
  const probed = await probe(bytes, limits)
  const native = await sharp(bytes).metadata()
  expect(probed).toMatchObject({
    format,
    contentType: `image/${format}`,
    width: 64,
    height: 48,
    orientation: 1,
    frames: 1,
  })
  if (format !== 'gif') expect(probed.hasAlpha).toBe(native.hasAlpha)
})

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'orientation %i is read from every format, and the size is upright',
  async (orientation) => {
    const source = () => photo().withMetadata({ orientation })
    const upright = orientation >= 5 ? { width: 48, height: 64 } : { width: 64, height: 48 }
    for (const made of [source().jpeg(), source().png(), source().webp(), source().tiff()]) {
      const bytes = await made.toBuffer()
      const native = await sharp(bytes).metadata()
      expect(await probe(bytes, limits)).toMatchObject({ ...upright, orientation: native.orientation ?? 1 })
      expect(native.autoOrient).toMatchObject(upright)
    }
  },
)

test.each(['gif', 'webp'] as const)('frames of an animated %s are counted', async (format) => {
  const bytes = await animation(32, 24, 12, format)
  expect(await probe(bytes, limits)).toMatchObject({ width: 32, height: 24, frames: 12 })
})

test('the type is decided by content, and all else is refused', async () => {
  const text = (content: string) => new TextEncoder().encode(content)
  const gif = await photo().gif().toBuffer()
  for (const refused of [
    new Uint8Array(0),
    new Uint8Array(4096),
    text('just text, called photo.jpg'),
    text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    text('%PDF-1.7'),
    text('BM'),
    text('P6 1 1 255 abc'),
    Buffer.from('\ufeff<svg xmlns="http://www.w3.org/2000/svg"/>', 'utf16le'),
    new Uint8Array([0x49, 0x49, 0x2a, 0, 16, 0, 0, 0, 0x43, 0x52, 2, 0]),
    new Uint8Array([0xff, 0xd8]),
  ])
    expect(await codeOf(refused)).toBe('unsupported_media_type')
  // A GIF that is a page as well is a GIF here, and is served as one
  expect((await probe(Buffer.concat([gif, text('<script>alert(1)</script>')]), limits)).contentType).toBe(
    'image/gif',
  )
})

test('a sequence of nothing but tracks is named, not called damaged', async () => {
  const box = (type: string, content: string) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(8 + content.length)
    head.write(type, 4)
    return Buffer.concat([head, Buffer.from(content, 'latin1')])
  }
  const tracks = [box('moov', 'tracks'), box('mdat', 'pictures')]
  for (const brand of ['hevc', 'avis']) {
    const bytes = Buffer.concat([box('ftyp', `${brand}\0\0\0\0msf1${brand}`), ...tracks])
    const refusal = await probe(bytes, limits).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'unsupported_media_type',
      detail: expect.stringContaining('sequence'),
    })
    expect(await codeOf(bytes.subarray(0, bytes.length - 4))).toBe('undecodable')
  }
})

test('HEIC is recognised, for whoever can decode it', async () => {
  const bytes = await photo().avif({ effort: 0 }).toBuffer()
  const heic = Buffer.from(
    bytes.toString('latin1').replaceAll('avif', 'heic').replaceAll('mif1', 'heix'),
    'latin1',
  )
  expect(await probe(heic, limits)).toMatchObject({ format: 'heic', width: 64, height: 48 })
})

test('sizes are judged from the header', async () => {
  const png = async (width: number, height: number) => {
    const bytes = await photo().png().toBuffer()
    bytes.writeUInt32BE(width, 16)
    bytes.writeUInt32BE(height, 20)
    return bytes
  }
  expect(await codeOf(await png(10_000, 10_000))).toBe('accepted')
  expect(await codeOf(await png(10_000, 10_001))).toBe('too_many_pixels')
  expect(await codeOf(await png(1, 10_000_000))).toBe('too_many_pixels')
  expect(await codeOf(await png(65_500, 65_500))).toBe('too_many_pixels')
  expect(await codeOf(await png(0, 5))).toBe('undecodable')
  const jpeg = await photo().jpeg().toBuffer()
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
  jpeg.writeUInt16BE(65_500, frame + 5)
  jpeg.writeUInt16BE(65_500, frame + 7)
  expect(await codeOf(jpeg)).toBe('too_many_pixels')
  // Within the limits, but no file of that size has so many pixels
  jpeg.writeUInt16BE(10_000, frame + 5)
  jpeg.writeUInt16BE(10_000, frame + 7)
  expect(await codeOf(jpeg)).toBe('undecodable')
  jpeg.writeUInt16BE(100, frame + 5)
  jpeg.writeUInt16BE(100, frame + 7)
  expect(await codeOf(jpeg)).toBe('accepted')
})

/** A GIF of `frames` frames of one pixel, two bytes of data each. */
function gifOf(frames: number, side = 1): Uint8Array {
  const head = Buffer.from('474946383961000000008000000000000000ff', 'hex')
  head.writeUInt16LE(side, 6)
  head.writeUInt16LE(side, 8)
  const frame = Buffer.from('2c00000000010001000002024401' + '00', 'hex')
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])])
}

test('animations are judged by frames and by their pixels together', async () => {
  expect(await codeOf(gifOf(300))).toBe('accepted')
  expect(await codeOf(gifOf(301))).toBe('animation_too_large')
  expect(await codeOf(gifOf(51, 1000))).toBe('animation_too_large')
  expect(await codeOf(gifOf(50, 1000))).toBe('accepted')
})

test('hostile headers cost next to nothing: few bytes are read of many', async () => {
  const counted = (bytes: Uint8Array) => {
    const counter = { reads: 0, bytes: 0 }
    const reader: ByteReader = {
      size: bytes.length,
      read: (offset, length) => {
        counter.reads++
        const found = bytes.subarray(offset, offset + length)
        counter.bytes += found.length
        return Promise.resolve(found)
      },
    }
    return { counter, reader }
  }
  const many = counted(gifOf(100_000))
  await expect(probe(many.reader, limits)).rejects.toMatchObject({ code: 'animation_too_large' })
  expect(many.counter.reads).toBeLessThan(4)

  // A TIFF whose directories point at each other, and one with more entries than bytes
  const tiff = await photo().tiff().toBuffer()
  const directory = tiff.readUInt32LE(4)
  const loop = Buffer.from(tiff)
  loop.writeUInt32LE(directory, directory + 2 + loop.readUInt16LE(directory) * 12)
  expect(await codeOf(loop)).toBe('accepted')
  const endless = Buffer.from(tiff)
  endless.writeUInt16LE(65_535, directory)
  expect(await codeOf(endless)).toBe('undecodable')

  const big = counted(Buffer.concat([await photo().jpeg().toBuffer(), new Uint8Array(20_000_000)]))
  await probe(big.reader, limits)
  expect(big.counter.bytes).toBeLessThan(200_000)
})

test('a header cut anywhere is refused or, when the size was there, accepted: never a crash', async () => {
  const made = [
    photo().jpeg(),
    photo().png(),
    photo().webp(),
    photo().gif(),
    photo().tiff(),
    photo().avif({ effort: 0 }),
  ]
  for (const one of made) {
    const bytes = await one.toBuffer()
    for (let length = 0; length < Math.min(bytes.length, 700); length++)
      expect(['accepted', 'undecodable', 'unsupported_media_type']).toContain(
        await codeOf(bytes.subarray(0, length)),
      )
  }
})

test('headers with flipped bytes are judged and never crash', async () => {
  let state = 12_345
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state
  }
  const made = [photo().jpeg(), photo().png(), photo().webp(), photo().tiff(), photo().avif({ effort: 0 })]
  for (const source of [...(await Promise.all(made.map((one) => one.toBuffer()))), Buffer.from(gifOf(20))])
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(source)
      for (let flips = 0; flips < 6; flips++) bytes[next() % Math.min(bytes.length, 400)] = next() & 255
      expect(await codeOf(bytes)).toMatch(
        /^(accepted|undecodable|unsupported_media_type|too_many_pixels|animation_too_large)$/,
      )
    }
})
