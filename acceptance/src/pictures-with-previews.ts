import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import type { Planted } from './embedded-pictures.ts'
import { animation, scene } from './pictures.ts'

export const kinds = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'animated-webp', 'avif'] as const
export type Kind = (typeof kinds)[number]

const plantedSize = { width: 40, height: 30 }

/** Pictures of noise, so that no bytes of theirs are those of any other picture. */
export async function plantedPictures(): Promise<Planted> {
  let noise = 77
  const pixels = Buffer.alloc(plantedSize.width * plantedSize.height * 3).map(() => {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff
    return noise >> 16
  })
  const picture = () => sharp(pixels, { raw: { ...plantedSize, channels: 3 } })
  const [jpeg, png, webp] = await Promise.all([
    picture().jpeg().toBuffer(),
    picture().png().toBuffer(),
    picture().webp().toBuffer(),
  ])
  return { jpeg, png, webp }
}

/** A picture of each kind that carries the planted ones wherever files of that kind carry pictures. */
export async function pictureWithPreviews(kind: Kind, planted: Planted): Promise<Buffer> {
  const plain = (width = 420, height = 300): Sharp => scene(width, height)
  const xmp = xmpWithPreviews(planted)
  switch (kind) {
    case 'jpeg':
      // Larger than the levels that delivery stores
      return dressedJpeg(await plain(1700, 1000).jpeg().toBuffer(), planted)
    case 'png':
      return dressedPng(await plain().png().toBuffer(), planted)
    case 'webp':
      return withExifChunk(await plain().withXmp(xmp).webp().toBuffer(), planted)
    case 'tiff':
      return dressedTiff(await plain().withXmp(xmp).tiff({ compression: 'lzw' }).toBuffer(), planted)
    case 'gif':
      return dressedGif(await animation('gif'), planted)
    case 'animated-webp': {
      const moving = sharp(await animation('webp'), { animated: true })
      return withExifChunk(await moving.withXmp(xmp).webp().toBuffer(), planted)
    }
    case 'avif':
      return plain().withXmp(xmp).avif({ effort: 0 }).toBuffer()
  }
}

interface Entry {
  tag: number
  type: number
  count: number
  value: Buffer
}
type Order = 'BE' | 'LE'

function numberOf(value: number, size: 2 | 4, order: Order): Buffer {
  const out = Buffer.alloc(size)
  if (order === 'BE') out.writeUIntBE(value, 0, size)
  else out.writeUIntLE(value, 0, size)
  return out
}

/** A directory of a TIFF that stands at `at`, its values behind it. */
function directory(entries: readonly Entry[], at: number, next: number, order: Order): Buffer {
  const values: Buffer[] = []
  let place = at + 2 + entries.length * 12 + 4
  const rows = [...entries]
    .sort((left, right) => left.tag - right.tag)
    .map(({ tag, type, count, value }) => {
      const inline = value.length <= 4
      const last = inline ? Buffer.concat([value, Buffer.alloc(4 - value.length)]) : numberOf(place, 4, order)
      if (!inline) {
        values.push(value, Buffer.alloc(value.length & 1))
        place += value.length + (value.length & 1)
      }
      return Buffer.concat([
        numberOf(tag, 2, order),
        numberOf(type, 2, order),
        numberOf(count, 4, order),
        last,
      ])
    })
  return Buffer.concat([numberOf(entries.length, 2, order), ...rows, numberOf(next, 4, order), ...values])
}

const bytesEntry = (tag: number, value: Buffer): Entry => ({ tag, type: 7, count: value.length, value })
const textEntry = (tag: number, text: string): Entry => {
  const value = Buffer.from(`${text}\0`)
  return { tag, type: 2, count: value.length, value }
}

/** The entries of a directory whose picture stands at a place of the file. */
type Thumbnail = (planted: Planted, at: number, order: Order) => Entry[]

const short = (tag: number, value: number, order: Order): Entry => ({
  tag,
  type: 3,
  count: 1,
  value: numberOf(value, 2, order),
})
const long = (tag: number, value: number, order: Order): Entry => ({
  tag,
  type: 4,
  count: 1,
  value: numberOf(value, 4, order),
})

/** As EXIF has it. */
const exifThumbnail: Thumbnail = ({ jpeg }, at, order) => [
  short(0x0103, 6, order),
  long(0x0201, at, order),
  long(0x0202, jpeg.length, order),
]

/** As a TIFF has it: a page in JPEG, said to be a smaller picture of another. */
const smallerPage: Thumbnail = ({ jpeg }, at, order) => [
  long(0x00fe, 1, order),
  long(0x0100, plantedSize.width, order),
  long(0x0101, plantedSize.height, order),
  { tag: 0x0102, type: 3, count: 3, value: Buffer.concat([8, 8, 8].map((bits) => numberOf(bits, 2, order))) },
  short(0x0103, 7, order),
  short(0x0106, 6, order),
  long(0x0111, at, order),
  short(0x0115, 3, order),
  long(0x0116, plantedSize.height, order),
  long(0x0117, jpeg.length, order),
]

/** The directories behind a picture's own, from `at` on: the maker's note and EXIF's thumbnail. */
function previewDirectories(planted: Planted, at: number, order: Order, thumbnail: Thumbnail) {
  const exif = directory([bytesEntry(0x927c, planted.jpeg), bytesEntry(0xa000, planted.webp)], at, 0, order)
  const thumbnailAt = at + exif.length
  const { length } = directory(thumbnail(planted, 0, order), thumbnailAt, 0, order)
  const behind = directory(thumbnail(planted, thumbnailAt + length, order), thumbnailAt, 0, order)
  return { bytes: Buffer.concat([exif, behind, planted.jpeg]), exifAt: at, thumbnailAt }
}

function exifWithPreviews(planted: Planted): Buffer {
  const entries = (exifAt: number): Entry[] => [
    textEntry(0x010f, 'Camera'),
    textEntry(0x013b, 'A. Photographer'),
    bytesEntry(0x9999, planted.png),
    long(0x8769, exifAt, 'BE'),
  ]
  const behind = 8 + directory(entries(0), 8, 0, 'BE').length
  const { bytes, exifAt, thumbnailAt } = previewDirectories(planted, behind, 'BE', exifThumbnail)
  return Buffer.concat([
    Buffer.from('MM\0*\0\0\0\b', 'latin1'),
    directory(entries(exifAt), 8, thumbnailAt, 'BE'),
    bytes,
  ])
}

function xmpWithPreviews({ jpeg, png }: Planted): string {
  const base64 = jpeg.toString('base64')
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/" xmlns:GImage="http://ns.google.com/photos/1.0/image/" xmp:Rating="4" GImage:Data="${base64}"><dc:creator><rdf:Seq><rdf:li>A. Photographer</rdf:li></rdf:Seq></dc:creator><dc:title><rdf:Alt><rdf:li xml:lang="x-default">${png.toString('base64')}</rdf:li></rdf:Alt></dc:title><xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image>${base64}</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails></rdf:Description></rdf:RDF></x:xmpmeta>`
}

function photoshopWithPreviews({ jpeg }: Planted): Buffer {
  const resource = (id: number, data: Buffer) => {
    const head = Buffer.alloc(12)
    head.write('8BIM')
    head.writeUInt16BE(id, 4)
    head.writeUInt32BE(data.length, 8)
    return Buffer.concat([head, data, Buffer.alloc(data.length & 1)])
  }
  const thumbnail = Buffer.concat([Buffer.alloc(28), jpeg])
  return Buffer.concat([resource(0x0409, thumbnail), resource(0x040c, thumbnail)])
}

function dressedJpeg(plain: Buffer, planted: Planted): Buffer {
  const segment = (marker: number, ...parts: (Buffer | string)[]) => {
    const content = Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)))
    return Buffer.concat([Buffer.from([0xff, marker]), numberOf(content.length + 2, 2, 'BE'), content])
  }
  const before = Buffer.concat([
    plain.subarray(0, 2),
    segment(0xe0, 'JFXX\0\x10', planted.jpeg),
    segment(0xe1, 'Exif\0\0', exifWithPreviews(planted)),
    segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmpWithPreviews(planted)),
    segment(
      0xe1,
      'http://ns.adobe.com/xmp/extension/\0',
      '0'.repeat(32),
      Buffer.alloc(8),
      planted.jpeg.toString('base64'),
    ),
    segment(0xed, 'Photoshop 3.0\0', photoshopWithPreviews(planted)),
    segment(0xe5, 'Unknown\0', planted.jpeg),
    segment(0xfe, planted.jpeg.toString('base64')),
  ])
  const index = pictureIndex(before.length, plain.length - 2, planted.jpeg.length)
  const film = Buffer.from('\0\0\0\x10ftypmp42\0\0\0\0', 'latin1')
  return Buffer.concat([before, index, plain.subarray(2), planted.jpeg, film])
}

/** CIPA DC-007: of two pictures, the second one, a preview, directly behind the first. */
function pictureIndex(at: number, behind: number, length: number): Buffer {
  const out = Buffer.alloc(90)
  out.write('ffe200584d5046004d4d002a000000080003b00000070000000430313030', 'hex')
  out.write('b00100040000000100000002b00200070000002000000032', 30, 'hex')
  out.writeUInt32BE(0x00030000, 58)
  out.writeUInt32BE(at + out.length + behind, 62)
  out.writeUInt32BE(0x00010001, 74)
  out.writeUInt32BE(length, 78)
  out.writeUInt32BE(out.length + behind - 8, 82)
  return out
}

function dressedPng(plain: Buffer, planted: Planted): Buffer {
  const chunk = (type: string, ...parts: (Buffer | string)[]) => {
    const body = Buffer.concat([type, ...parts].map((part) => Buffer.from(part as Buffer)))
    return Buffer.concat([numberOf(body.length - 4, 4, 'BE'), body, numberOf(crc32(body), 4, 'BE')])
  }
  const hex = `\nexif\n${planted.jpeg.length}\n${planted.jpeg.toString('hex')}`
  const behindHeader = 33
  return Buffer.concat([
    plain.subarray(0, behindHeader),
    chunk('eXIf', exifWithPreviews(planted)),
    chunk('iTXt', 'XML:com.adobe.xmp\0\0\0\0\0', xmpWithPreviews(planted)),
    chunk('tEXt', 'Comment\0', planted.jpeg.toString('base64')),
    chunk('zTXt', 'Raw profile type exif\0\0', deflateSync(hex)),
    chunk('prVw', planted.png),
    plain.subarray(behindHeader),
    planted.jpeg,
  ])
}

/** EXIF and a chunk of nobody behind those of a WebP that has XMP already, and so the header that tells of both. */
function withExifChunk(plain: Buffer, planted: Planted): Buffer {
  const chunk = (type: string, content: Buffer) =>
    Buffer.concat([
      Buffer.from(type),
      numberOf(content.length, 4, 'LE'),
      content,
      Buffer.alloc(content.length & 1),
    ])
  const out = Buffer.concat([plain, chunk('EXIF', exifWithPreviews(planted)), chunk('PRVW', planted.webp)])
  out.writeUInt32LE(out.length - 8, 4)
  out.writeUInt8(out.readUInt8(20) | 0x08, 20)
  return out
}

/** The directory again at the end, with Photoshop's block, EXIF, a further picture, and a thumbnail's directory next. */
function dressedTiff(plain: Buffer, planted: Planted): Buffer {
  const order = plain[0] === 0x49 ? 'LE' : 'BE'
  const number = (at: number, size: 2 | 4) =>
    order === 'LE' ? plain.readUIntLE(at, size) : plain.readUIntBE(at, size)
  const old = number(4, 4)
  const entries = Array.from({ length: number(old, 2) }, (_, index): Entry => {
    const at = old + 2 + index * 12
    const value = plain.subarray(at + 8, at + 12)
    return { tag: number(at, 2), type: number(at + 2, 2), count: number(at + 4, 4), value }
  })
  const even = Buffer.concat([plain, Buffer.alloc(plain.length & 1)])
  const behind = previewDirectories(planted, even.length, order, smallerPage)
  const at = even.length + behind.bytes.length + (behind.bytes.length & 1)
  const own = directory(
    [
      ...entries,
      long(0x014a, behind.thumbnailAt, order),
      bytesEntry(0x8649, photoshopWithPreviews(planted)),
      long(0x8769, behind.exifAt, order),
    ],
    at,
    behind.thumbnailAt,
    order,
  )
  const out = Buffer.concat([even, behind.bytes, Buffer.alloc(behind.bytes.length & 1), own])
  numberOf(at, 4, order).copy(out, 4)
  return out
}

/** A comment before the end. */
function dressedGif(plain: Buffer, { jpeg }: Planted): Buffer {
  const text = Buffer.from(jpeg.toString('base64'))
  const blocks = Array.from({ length: Math.ceil(text.length / 255) }, (_, index) => {
    const part = text.subarray(index * 255, (index + 1) * 255)
    return Buffer.concat([Buffer.from([part.length]), part])
  })
  const end = plain.length - 1
  return Buffer.concat([
    plain.subarray(0, end),
    Buffer.from([0x21, 0xfe]),
    ...blocks,
    Buffer.alloc(1),
    plain.subarray(end),
  ])
}
