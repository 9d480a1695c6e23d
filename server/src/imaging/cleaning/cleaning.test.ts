import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { memoryReader, Window } from '../header/reader.ts'
import { attach } from '../metadata/attach.ts'
import { crc32 } from '../metadata/crc32.ts'
import { textEntry, writeExif } from '../metadata/exif.ts'
import { withGainMap } from '../testing/gain-map.ts'
import {
  embeddedPictures,
  exifWithPreview,
  gifWithPreviews,
  jpegWithPreviews,
  pngWithPreviews,
  preview,
  xmpWithPreview,
} from '../testing/previews.ts'
import { drawing, open } from '../testing/sources.ts'
import type { Patch } from '../types.ts'
import { cleanOriginal } from './clean-original.ts'
import { applyPatches } from './patches.ts'

const kinds = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const
const plain = (kind: (typeof kinds)[number]): Promise<Buffer> =>
  open(drawing(64, 48, 3))
    .toFormat(kind, kind === 'avif' ? { effort: 0 } : {})
    .toBuffer()

const sources = new Map<string, Uint8Array>()
beforeAll(async () => {
  const jpeg = await preview()
  const blocks = { exif: exifWithPreview(jpeg), xmp: xmpWithPreview(jpeg), iptc: null }
  sources.set('jpeg', jpegWithPreviews(await plain('jpeg'), jpeg))
  sources.set('png', pngWithPreviews(await plain('png'), jpeg))
  sources.set('webp', attach(await plain('webp'), 'webp', blocks))
  sources.set('avif', attach(await plain('avif'), 'avif', blocks))
  sources.set('gif', gifWithPreviews(await plain('gif'), jpeg))
  const place = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' }
  const exif = { IFD0: { Artist: 'A. Photographer' }, IFD2: { BodySerialNumber: 'SERIAL-1234' }, IFD3: place }
  const tiff = open(drawing(64, 48, 3))
    .withExif(exif)
    .withXmp(Buffer.from(blocks.xmp).toString('latin1'))
  sources.set('tiff', await tiff.tiff({ compression: 'lzw' }).toBuffer())
})
const source = (kind: string): Uint8Array => sources.get(kind) ?? new Uint8Array(0)

function patched(file: Uint8Array, patches: readonly Patch[] | null): Uint8Array {
  const out = Uint8Array.from(file)
  applyPatches(out, patches ?? [])
  return out
}
const cleaned = async (file: Uint8Array): Promise<Uint8Array> =>
  patched(file, await cleanOriginal(memoryReader(file)))
const pixels = (file: Uint8Array): Promise<Buffer> => sharp(file, { animated: true }).raw().toBuffer()
const hidden = ['SERIAL-1234', 'Townsville', '51,30.5N', '\x92\x7c\x00\x07', 'Unknown\0\xff'] as const

test.each(kinds)('%s: place and serial number go; pixels, length and author stay', async (kind) => {
  const file = source(kind)
  const before = Buffer.from(file).toString('latin1')
  expect(hidden.filter((word) => before.includes(word)).length).toBeGreaterThan(0)
  const patches = await cleanOriginal(memoryReader(file))
  expect(patches?.length).toBeGreaterThan(0)
  const out = patched(file, patches)
  const after = Buffer.from(out).toString('latin1')
  expect(out.length).toBe(file.length)
  expect(hidden.filter((word) => after.includes(word))).toEqual([])
  expect(after).toContain('A. Photographer')
  expect((await pixels(out)).equals(await pixels(file))).toBe(true)
  expect(Buffer.from(await cleaned(out)).equals(Buffer.from(out))).toBe(true)
})

test.each(kinds)('no preview of a %s gets to a stranger', async (kind) => {
  expect(embeddedPictures(source(kind))).not.toEqual([])
  const found = embeddedPictures(await cleaned(source(kind)))
  // The block of a GIF that holds XMP stays, with what is left of it
  expect(found.filter((name) => !name.startsWith('an application of a GIF'))).toEqual([])
})

test.each([
  ['behind each other', false],
  ['below the first', true],
] as const)('smaller pictures of a TIFF, %s, go; the picture stays', async (_where, subifd) => {
  const options = {
    pyramid: true,
    tile: true,
    tileWidth: 64,
    tileHeight: 64,
    compression: 'lzw',
    subifd,
  } as const
  const file = await open(drawing(300, 260, 3))
    .tiff(options)
    .toBuffer()
  const before = await sharp(file).metadata()
  expect([before.pages, before.subifds].some((count) => (count ?? 0) > 1)).toBe(true)
  const out = await cleaned(file)
  const after = await sharp(out).metadata()
  expect([after.pages ?? 1, after.subifds ?? 0]).toEqual([1, 0])
  expect((await sharp(out).raw().toBuffer()).equals(await sharp(file).raw().toBuffer())).toBe(true)
  expect(Buffer.from(await cleaned(out)).equals(Buffer.from(out))).toBe(true)
  // The pixels of the smaller ones are gone, not only the way to them
  const zeros = Buffer.from(out).filter((byte) => byte === 0).length
  expect(zeros - file.filter((byte) => byte === 0).length).toBeGreaterThan(1000)
})

test('further pages of a TIFF stay', async () => {
  const pages = [drawing(64, 48, 3), drawing(64, 48, 3)].map((one) => open(one).png().toBuffer())
  const file = await sharp(await Promise.all(pages), { join: { animated: true } })
    .tiff()
    .toBuffer()
  expect((await sharp(file).metadata()).pages).toBe(2)
  expect(await cleanOriginal(memoryReader(file))).toEqual([])
})

test('under a known name of a TIFF nothing else travels', async () => {
  const jpeg = await preview()
  const file = writeExif({
    little: true,
    directories: {
      image: [
        textEntry(0x010f, Buffer.from(jpeg).toString('base64').slice(0, 900)),
        textEntry(0x0110, 'Model One'),
      ],
      exif: [{ tag: 0xa000, type: 7, count: jpeg.length, value: jpeg }, textEntry(0xa434, 'Lens One')],
      gps: [],
      interop: [],
    },
  })
  expect(embeddedPictures(file)).toHaveLength(2)
  const out = await cleaned(file)
  expect(embeddedPictures(out)).toEqual([])
  expect(['Model One', 'Lens One'].filter((text) => !Buffer.from(out).includes(text))).toEqual([])
})

test.each(kinds)('a %s with nothing to hide is its own bytes', async (kind) => {
  expect(await cleanOriginal(memoryReader(await plain(kind)))).toEqual([])
})

test('an HDR picture keeps its gain map and what applies it', async () => {
  const file = await withGainMap(160, 120)
  const out = await cleaned(
    attach(file, 'jpeg', { exif: exifWithPreview(await preview()), xmp: null, iptc: null }),
  )
  expect((await sharp(out).metadata()).gainMap).toBeDefined()
  expect(Buffer.from(out).includes('hdrgm:GainMapMax="2"')).toBe(true)
  expect(Buffer.from(out).includes('SERIAL-1234')).toBe(false)
})

test('behind the end of a picture nothing unknown stays', async () => {
  const film = Buffer.from('....ftypmp42....moov....\xa9xyz+51.5-000.1/', 'latin1')
  for (const kind of kinds) {
    if (kind === 'tiff') continue
    const out = await cleaned(Buffer.concat([await plain(kind), film]))
    expect(Buffer.from(out).includes('+51.5-000.1'), kind).toBe(false)
  }
})

test('damage is no way past it, and never an error', async () => {
  for (const kind of kinds) {
    const file = source(kind)
    for (let cut = 1; cut < 40; cut++) {
      const broken = Uint8Array.from(file)
      const at = Math.floor((file.length * cut) / 40)
      broken[at] = (broken[at] ?? 0) ^ 0xff
      const patches = await cleanOriginal(memoryReader(broken))
      if (patches !== null) expect(patched(broken, patches).length, kind).toBe(file.length)
      await cleanOriginal(memoryReader(file.subarray(0, at)))
    }
  }
})

/** Boxes, chunks and blocks as small as a format has them, from `start` on to the end of a file of `size` bytes. */
function filled(start: Uint8Array, piece: readonly number[], size: number): Uint8Array {
  const file = new Uint8Array(start.length + size)
  file.set(start)
  const pieces = Buffer.from(piece)
  file.set(Buffer.alloc(size, pieces), start.length)
  return file
}

/** `trak` in `trak` in `trak`. */
function nested(depth: number): Uint8Array {
  const head = Buffer.from('\0\0\0\x10ftypavif\0\0\0\0', 'latin1')
  const file = Buffer.alloc(head.length + depth * 8)
  head.copy(file)
  for (let level = 0; level < depth; level++) {
    file.writeUInt32BE((depth - level) * 8, head.length + level * 8)
    file.write(level === 0 ? 'moov' : 'trak', head.length + level * 8 + 4)
  }
  return file
}

const gifHead = Buffer.from('GIF89a\x01\0\x01\0\0\0\0', 'latin1')
const gifImage = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2]
const empty = (type: string): number[] => [0, 0, 0, 0, ...Buffer.from(type), 0, 0, 0, 0]
const webpHead = Buffer.from('RIFF\xff\xff\xff\x7fWEBP', 'latin1')
const hostile: readonly [string, () => Uint8Array][] = [
  ['gif of pixels in pieces of a byte', () => filled(Buffer.from([...gifHead, ...gifImage]), [1, 0xff], 4e6)],
  [
    'gif of a comment in pieces of a byte',
    () => filled(Buffer.from([...gifHead, 0x21, 0xfe]), [1, 0x20], 4e6),
  ],
  ['gif of empty comments', () => filled(gifHead, [0x21, 0xfe, 0], 2e6)],
  ['gif of empty pictures', () => filled(gifHead, [...gifImage, 0], 4e6)],
  ['jpeg of fill bytes', () => filled(Buffer.from([0xff, 0xd8]), [0xff], 2e6)],
  ['jpeg of markers of nothing', () => filled(Buffer.from([0xff, 0xd8]), [0xff, 0xd0], 4e6)],
  ['jpeg of empty segments', () => filled(Buffer.from([0xff, 0xd8]), [0xff, 0xfe, 0, 2], 65_000)],
  ['jpeg of scans', () => filled(Buffer.from([0xff, 0xd8]), [0xff, 0xda, 0, 2, 0xff, 0], 65_000)],
  ['png of empty chunks', () => filled(source('png').subarray(0, 33), empty('IDAT'), 4e6)],
  ['png of empty unknown chunks', () => filled(source('png').subarray(0, 33), empty('abCd'), 4e6)],
  ['webp of empty chunks', () => filled(webpHead, [...Buffer.from('ALPH'), 0, 0, 0, 0], 4e6)],
  ['film of boxes in boxes', () => nested(120_000)],
]

test.each(hostile)('a %s takes a bounded number of steps and of bytes read', async (_name, make) => {
  const file = make()
  const { upTo } = Window.prototype
  let steps = 0
  Window.prototype.upTo = function (this: Window, ...place) {
    steps += 1
    return upTo.apply(this, place)
  }
  try {
    let bytes = 0
    const { read, size } = memoryReader(file)
    await cleanOriginal({
      size,
      read: async (offset, length) => {
        const found = await read(offset, length)
        bytes += found.length
        return found
      },
    })
    expect(steps).toBeLessThanOrEqual(250_001 + size / 1024)
    // Twice, and what one more page holds
    expect(bytes).toBeLessThan(2 * size + 2 ** 18)
  } finally {
    Window.prototype.upTo = upTo
  }
})

test('a moving picture in many pieces is understood all the same', async () => {
  const file = filled(Buffer.from([...gifHead, ...gifImage]), [1, 0xff], 4e6)
  expect(await cleanOriginal(memoryReader(file))).toEqual([])
})

const secret = '+51.5-000.1/SECRET'
/** A segment of a JPEG, put behind its SOI. */
function withSegment(file: Uint8Array, marker: number, content: string): Uint8Array {
  const length = content.length + 2
  const head = Buffer.from([0xff, marker, length >> 8, length & 255])
  return Buffer.concat([file.subarray(0, 2), head, Buffer.from(content, 'latin1'), file.subarray(2)])
}
/** A chunk of a PNG, put behind IHDR. */
function withChunk(file: Uint8Array, type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([file.subarray(0, 33), length, body, sum, file.subarray(33)])
}
const artist = (): Uint8Array =>
  writeExif({
    little: true,
    directories: { image: [textEntry(0x013b, 'A. Photographer')], exif: [], gps: [], interop: [] },
  })
const packet = (attributes: string): Uint8Array =>
  Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4" ${attributes}/></rdf:RDF></x:xmpmeta>`,
  )
const withXmp = async (xmp: Uint8Array): Promise<Uint8Array> =>
  attach(await plain('jpeg'), 'jpeg', { exif: null, xmp, iptc: null })
const profile = (): Buffer => {
  const bytes = Buffer.alloc(200)
  bytes.writeUInt32BE(bytes.length)
  bytes.write('acsp', 36)
  return bytes
}

/** A TIFF whose directory was written anew at its end, as programs do that change it; the old one stays behind. */
async function changedTiff(): Promise<Uint8Array> {
  const file = await open(drawing(64, 48, 3))
    .tiff({ compression: 'lzw' })
    .toBuffer()
  const at = file.readUInt32LE(4)
  const directory = file.subarray(at, at + 2 + file.readUInt16LE(at) * 12 + 4)
  const out = Buffer.concat([file, Buffer.from(`${secret}..`), directory, Buffer.from(secret)])
  out.writeUInt32LE(file.length + secret.length + 2, 4)
  return out
}

const leftovers: readonly [string, () => Promise<Uint8Array>][] = [
  ['TIFF with an older directory and bytes behind', changedTiff],
  [
    'JPEG whose EXIF holds what no entry refers to',
    async () =>
      attach(await plain('jpeg'), 'jpeg', {
        exif: Buffer.concat([artist(), Buffer.from(secret)]),
        xmp: null,
        iptc: null,
      }),
  ],
  ['packet about a place', () => withXmp(packet(`rdf:about="${secret}"`))],
  ['packet with a namespace of its own', () => withXmp(packet(`xmlns:my="${secret}"`))],
  [
    'packet with a toolkit of its own',
    () => withXmp(Buffer.from(`${packet('')}`.replace('<x:xmpmeta', `<x:xmpmeta x:xmptk="${secret}"`))),
  ],
  [
    'packet that begins with words',
    () => withXmp(Buffer.concat([Buffer.from(`<?xpacket begin="" id="${secret}"?>`), packet('')])),
  ],
  [
    'JPEG with a long Adobe segment',
    async () => withSegment(await plain('jpeg'), 0xee, `Adobe\0\x64\0\0\0\0\x01${secret}`),
  ],
  [
    'JPEG with a thumbnail of JFIF',
    async () => withSegment(await plain('jpeg'), 0xe0, `JFIF\0\x01\x01\0\0\x01\0\x01\x03\x02${secret}`),
  ],
  [
    'JPEG with a profile that is none',
    async () => withSegment(await plain('jpeg'), 0xe2, `ICC_PROFILE\0\x01\x01${'.'.repeat(50)}${secret}`),
  ],
  [
    'JPEG with bytes behind its profile',
    async () =>
      withSegment(await plain('jpeg'), 0xe2, `ICC_PROFILE\0\x01\x01${profile().toString('latin1')}${secret}`),
  ],
  [
    'JPEG with bytes behind the parameters of a gain map',
    async () => withSegment(await plain('jpeg'), 0xe2, `urn:iso:std:iso:ts:21496:-1\0\0\0\0\0${secret}`),
  ],
  ['JPEG with a long number of lines', async () => withSegment(await plain('jpeg'), 0xdc, `\0\x30${secret}`)],
  [
    'JPEG with bytes behind the index of its pictures',
    async () => {
      const file = await withGainMap(160, 120)
      const at = file.indexOf('MPF\0')
      const end = at - 2 + file.readUInt16BE(at - 2)
      file.writeUInt16BE(file.readUInt16BE(at - 2) + secret.length, at - 2)
      return Buffer.concat([file.subarray(0, end), Buffer.from(secret), file.subarray(end)])
    },
  ],
  ['PNG with a palette of nobody', async () => withChunk(await plain('png'), 'sPLT', Buffer.from(secret))],
  ['PNG with a histogram', async () => withChunk(await plain('png'), 'hIST', Buffer.from(secret))],
  ['PNG with a time', async () => withChunk(await plain('png'), 'tIME', Buffer.from(secret))],
  [
    'PNG with a long light level',
    async () => withChunk(await plain('png'), 'cLLI', Buffer.from(`\0\0\0\0\0\0\0\0${secret}`)),
  ],
  [
    'PNG with a long gamma',
    async () => withChunk(await plain('png'), 'gAMA', Buffer.from(`\0\0\xb1\x8f${secret}`, 'latin1')),
  ],
  [
    'AVIF with a box of film data',
    async () => {
      const boxes = ['moof', 'pdin', 'sidx'].map((type) => `\0\0\0\x1a${type}${secret}`)
      return Buffer.concat([await plain('avif'), Buffer.from(boxes.join(''), 'latin1')])
    },
  ],
  [
    'AVIF with data that no item refers to',
    async () => Buffer.concat([await plain('avif'), Buffer.from(`\0\0\0\x1amdat${secret}`, 'latin1')]),
  ],
]

test.each(leftovers)('a %s loses it, and no pixel', async (_name, make) => {
  const file = await make()
  expect(Buffer.from(file).includes(secret)).toBe(true)
  const patches = await cleanOriginal(memoryReader(file))
  expect(patches?.length).toBeGreaterThan(0)
  const out = patched(file, patches)
  expect(Buffer.from(out).includes(secret)).toBe(false)
  const decoded = (bytes: Uint8Array) => sharp(bytes, { failOn: 'none' }).raw().toBuffer()
  expect((await decoded(out)).equals(await decoded(file))).toBe(true)
  expect(Buffer.from(await cleaned(out)).equals(Buffer.from(out))).toBe(true)
})

test.each([[0xff], [0xff, 0xff, 0xff]])('bytes that fill the room before a marker stay', async (...fill) => {
  const jpeg = await plain('jpeg')
  const behind = 4 + jpeg.readUInt16BE(4)
  const parts = [jpeg.subarray(0, 2), jpeg.subarray(2, behind), jpeg.subarray(behind, -2), jpeg.subarray(-2)]
  const file = Buffer.concat(
    parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(fill), part])),
  )
  const out = await cleaned(file)
  expect(Buffer.from(out).equals(file)).toBe(true)
  expect((await pixels(out)).equals(await pixels(jpeg))).toBe(true)
})

test('a TIFF that does not say where its pixels end is not understood', async () => {
  const file = await open(drawing(64, 48, 3))
    .tiff({ compression: 'none' })
    .toBuffer()
  const at = file.readUInt32LE(4)
  for (let entry = at + 2; entry < at + 2 + file.readUInt16LE(at) * 12; entry += 12)
    if (file.readUInt16LE(entry) === 279) file.writeUInt16LE(280, entry)
  expect(await cleanOriginal(memoryReader(file))).toBeNull()
})
