import { attach } from '../metadata/attach.ts'
import { crc32 } from '../metadata/crc32.ts'
import { textEntry, writeExif } from '../metadata/exif.ts'
import { bytesOf, join, viewOf } from '../metadata/values.ts'
import { drawing, open } from './sources.ts'

/** A small JPEG that stands for the whole picture: it must never come out again. */
export const preview = async (): Promise<Uint8Array> =>
  open(drawing(40, 30, 3))
    .jpeg()
    .toBuffer()

/** An EXIF block with what is real (artist, camera, place, serial number) and previews in IFD1 and the maker's note. */
export function exifWithPreview(jpeg: Uint8Array): Uint8Array {
  const short = (tag: number, value: number) => ({
    tag,
    type: 3,
    count: 1,
    value: new Uint8Array([value >> 8, value & 255]),
  })
  const degrees = new Uint8Array([0, 0, 0, 51, 0, 0, 0, 1, 0, 0, 0, 30, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
  const block = writeExif({
    little: false,
    directories: {
      image: [
        textEntry(0x010f, 'Camera'),
        textEntry(0x013b, 'A. Photographer'),
        { tag: 0x9999, type: 7, count: jpeg.length, value: jpeg },
      ],
      exif: [
        short(0x8827, 400),
        { tag: 0x927c, type: 7, count: jpeg.length, value: jpeg },
        textEntry(0xa431, 'SERIAL-1234'),
      ],
      gps: [textEntry(1, 'N'), { tag: 2, type: 5, count: 3, value: degrees }],
      interop: [],
    },
  })
  const view = viewOf(block)
  view.setUint32(8 + 2 + view.getUint16(8) * 12, block.length)
  const second = new Uint8Array(2 + 2 * 12 + 4)
  const entries = viewOf(second)
  entries.setUint16(0, 2)
  for (const [at, tag, value] of [
    [2, 0x0201, block.length + second.length],
    [14, 0x0202, jpeg.length],
  ] as const) {
    entries.setUint16(at, tag)
    entries.setUint16(at + 2, 4)
    entries.setUint32(at + 4, 1)
    entries.setUint32(at + 8, value)
  }
  return join([block, second, jpeg])
}

const packet = (attributes: string, content: string): string =>
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/" xmlns:GImage="http://ns.google.com/photos/1.0/image/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" ${attributes}>${content}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`

/** XMP with what is real and previews as Adobe, Google and a liar write them. */
export function xmpWithPreview(jpeg: Uint8Array): Uint8Array {
  const base64 = Buffer.from(jpeg).toString('base64')
  return bytesOf(
    packet(
      `xmp:Rating="4" photoshop:City="Townsville" exif:GPSLatitude="51,30.5N" aux:SerialNumber="SERIAL-1234" GImage:Data="${base64}"`,
      `<dc:creator><rdf:Seq><rdf:li>A. Photographer</rdf:li></rdf:Seq></dc:creator><dc:title><rdf:Alt><rdf:li xml:lang="x-default">${base64}</rdf:li></rdf:Alt></dc:title><xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image>${base64}</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails><!-- ${base64} -->`,
    ),
  )
}

function segment(marker: number, ...parts: Uint8Array[]): Uint8Array {
  const content = join(parts)
  return join([
    new Uint8Array([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]),
    content,
  ])
}

/** Photoshop's block with a thumbnail (0x040C) and IPTC. */
export function photoshopWithPreview(jpeg: Uint8Array): Uint8Array {
  const resource = (id: number, data: Uint8Array) => {
    const head = new Uint8Array(12)
    head.set(bytesOf('8BIM'))
    viewOf(head).setUint16(4, id)
    viewOf(head).setUint32(8, data.length)
    return join([head, data, new Uint8Array(data.length & 1)])
  }
  const dataset = (number: number, text: string) =>
    join([new Uint8Array([0x1c, 2, number, 0, text.length]), bytesOf(text)])
  return join([
    bytesOf('Photoshop 3.0\0'),
    resource(0x0404, join([dataset(90, 'Townsville'), dataset(116, 'Somebody')])),
    resource(0x040c, join([new Uint8Array(28), jpeg])),
  ])
}

/** JFIF's extension, Photoshop's, an index of pictures with one behind the end, extended XMP, notes of nobody. */
export function jpegWithPreviews(plain: Uint8Array, jpeg: Uint8Array): Uint8Array {
  const base64 = bytesOf(Buffer.from(jpeg).toString('base64'))
  const extended = segment(
    0xe1,
    bytesOf('http://ns.adobe.com/xmp/extension/\0'),
    bytesOf('0'.repeat(32)),
    new Uint8Array(8),
    base64,
  )
  const dressed = attach(plain, 'jpeg', {
    exif: exifWithPreview(jpeg),
    xmp: xmpWithPreview(jpeg),
    iptc: photoshopWithPreview(jpeg),
  })
  return join([
    dressed.subarray(0, 2),
    segment(0xe0, bytesOf('JFXX\0\x10'), jpeg),
    segment(0xe2, bytesOf('MPF\0MM\0*\0\0\0\b\0\0\0\0\0\0')),
    segment(0xe5, bytesOf('Unknown\0'), jpeg),
    segment(0xfe, base64),
    ...withBehindXmp(dressed.subarray(2), extended),
    jpeg,
  ])
}

/** The segments of EXIF, XMP and Photoshop stand first; what extends XMP follows them. */
function withBehindXmp(segments: Uint8Array, extended: Uint8Array): Uint8Array[] {
  let at = 0
  for (let left = 3; left > 0; left--) at += 2 + viewOf(segments).getUint16(at + 2)
  return [segments.subarray(0, at), extended, segments.subarray(at)]
}

export function pngWithPreviews(plain: Uint8Array, jpeg: Uint8Array): Uint8Array {
  const chunk = (type: string, content: Uint8Array) => {
    const body = join([bytesOf(type), content])
    const ends = new Uint8Array(8)
    viewOf(ends).setUint32(0, content.length)
    viewOf(ends).setUint32(4, crc32(body))
    return join([ends.subarray(0, 4), body, ends.subarray(4)])
  }
  const dressed = attach(plain, 'png', {
    exif: exifWithPreview(jpeg),
    xmp: xmpWithPreview(jpeg),
    iptc: null,
  })
  const raw = bytesOf(
    `Raw profile type exif\0\nexif\n${jpeg.length}\n${Buffer.from(jpeg).toString('base64')}`,
  )
  return join([dressed.subarray(0, 33), chunk('tEXt', raw), chunk('prVw', jpeg), dressed.subarray(33)])
}

/** An application's block and a comment. */
export function gifWithPreviews(plain: Uint8Array, jpeg: Uint8Array): Uint8Array {
  const blocks = (data: Uint8Array) => {
    const parts: Uint8Array[] = []
    for (let at = 0; at < data.length; at += 255) {
      const part = data.subarray(at, at + 255)
      parts.push(new Uint8Array([part.length]), part)
    }
    return join([...parts, new Uint8Array(1)])
  }
  // XMP stands there as it is, and 258 bytes behind it lead whoever counts blocks to their end
  const landing = Uint8Array.from({ length: 258 }, (_, index) =>
    index === 0 ? 1 : index === 257 ? 0 : 256 - index,
  )
  return join([
    plain.subarray(0, plain.length - 1),
    new Uint8Array([0x21, 0xff, 11]),
    bytesOf('XMP DataXMP'),
    xmpWithPreview(jpeg),
    landing,
    new Uint8Array([0x21, 0xfe]),
    blocks(bytesOf(Buffer.from(jpeg).toString('base64'))),
    plain.subarray(plain.length - 1),
  ])
}

const marks: readonly [string, string][] = [
  ['a JPEG', '\xff\xd8\xff'],
  ['a PNG', '\x89PNG\r\n\x1a\n'],
  ['a WebP', 'WEBP'],
  ['a HEIF', 'ftyp'],
  ['a JPEG in base64', '/9j/'],
  ['a PNG in base64', 'iVBORw0KGgo'],
  ["Photoshop's thumbnail", '8BIM\x04\x0c'],
  ["Photoshop's old thumbnail", '8BIM\x04\x09'],
  ['an index of pictures', 'MPF\0'],
  ['extended XMP', 'xmp/extension'],
  ['an application of a GIF', 'XMP DataXMP'],
  ["a maker's note", '\x92\x7c\x00\x07'],
]

/** In front of who made a picture, owns it and is to be named, and nothing else: that is ours. */
const ownApplication =
  /XMP DataXMP(?=<\?xpacket [^<]*<x:xmpmeta [^<]*<rdf:RDF [^<]*<rdf:Description [^<]*(?:<\/?(?:photoshop:Credit|dc:creator|dc:rights|rdf:Seq|rdf:Alt|rdf:li)[ >][^<]*)+<\/rdf:Description><\/rdf:RDF><\/x:xmpmeta><\?xpacket )/g

/** Every picture that a file holds beside its own, by how it begins. */
export function embeddedPictures(file: Uint8Array): string[] {
  const text = Buffer.from(file).toString('latin1').replace(ownApplication, '')
  return marks.flatMap(([name, mark]) => {
    // The file's own mark is in its first bytes
    const found = text.indexOf(mark, name === 'a WebP' || name === 'a HEIF' ? 16 : 4)
    return found === -1 ? [] : [`${name} at ${found}`]
  })
}
