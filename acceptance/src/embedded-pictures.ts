import { inflateSync } from 'node:zlib'

/** Small pictures of the whole that were planted into a larger one. */
export interface Planted {
  jpeg: Buffer
  png: Buffer
  webp: Buffer
}

/**
 * How pictures begin and what leads to them, and what must follow where the beginning is so short that packed pixels
 * may hold it by chance: megabytes of them are looked through.
 */
const marks: readonly (readonly [name: string, begins: string, goesOn?: RegExp])[] = [
  ['a JPEG', '\xff\xd8\xff', /^[À-ÄÛÝà-ïþ]/],
  ['a PNG', '\x89PNG\r\n\x1a\n'],
  ['a WebP', 'WEBPVP8'],
  ['a film', 'ftyp', /^(?:mp4|isom|qt|avif|heic|mif1)/],
  ['base64 of a JPEG', '/9j/', /^[\w+/]{8}/],
  ['base64 of a PNG', 'iVBORw0KGgo'],
  ['hex of a JPEG', 'ffd8ff', /^[\da-f]{20}/],
  ["Photoshop's thumbnail", '8BIM\x04\x0c'],
  ["Photoshop's old thumbnail", '8BIM\x04\x09'],
  ["JFIF's thumbnail", 'JFXX\0'],
  ['an index of pictures', 'MPF\0', /^(?:MM|II)/],
  ['thumbnails in XMP', 'xmp:Thumbnails'],
  ["Google's picture in XMP", 'GImage:Data'],
  ['extended XMP', 'ns.adobe.com/xmp/extension'],
]

/** Behind the file's own beginning: `WEBP` and `ftyp` are part of that. */
const behindBeginning = 16

const tags: ReadonlyMap<number, string> = new Map([
  [0x014a, 'a directory of further pictures'],
  [0x0201, "the place of EXIF's thumbnail"],
  [0x927c, "a maker's note"],
])
const exifPointer = 0x8769

/** All that {@link embeddedPictures} can find, by name. */
export const findings: readonly string[] = [
  ...marks.map(([name]) => name),
  ...tags.values(),
  'a second directory',
  'bytes of what was planted',
]

/**
 * Every picture that a file holds beside its own, by name: how pictures begin, the tags and segments that lead to them,
 * and bytes of those that were planted, in whatever coding, also where a PNG's text was deflated.
 */
export function embeddedPictures(file: Uint8Array, planted: Planted): string[] {
  const text = [file, ...inflatedTexts(file)].map((bytes) => Buffer.from(bytes).toString('latin1')).join('')
  const found = marks.flatMap(([name, begins, goesOn]) => {
    const own = text.startsWith(begins) || begins.startsWith('WEBP') || begins === 'ftyp'
    for (let at = text.indexOf(begins, own ? behindBeginning : 0); at !== -1; ) {
      if (!goesOn || goesOn.test(text.slice(at + begins.length, at + begins.length + 32))) return [name]
      at = text.indexOf(begins, at + 1)
    }
    return []
  })
  for (const begins of ['MM\0*', 'II*\0'])
    for (let at = text.indexOf(begins); at !== -1; at = text.indexOf(begins, at + 1))
      found.push(...directories(text.slice(at)))
  if (pieces(planted).some((piece) => text.includes(piece))) found.push('bytes of what was planted')
  return [...new Set(found)].sort()
}

/** What the directories of a TIFF structure (a file of its own, or EXIF) lead to. */
function directories(text: string): string[] {
  const bytes = Buffer.from(text, 'latin1')
  const little = bytes[0] === 0x49
  const number = (at: number, size: 2 | 4): number => {
    if (at + size > bytes.length) return 0
    return little ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size)
  }
  const found: string[] = []
  const seen = new Set<number>()
  const visit = (at: number, which: number): void => {
    if (at < 8 || seen.has(at)) return
    seen.add(at)
    if (which === 1) found.push('a second directory')
    const entries = Math.min(number(at, 2), 200)
    for (let index = 0; index < entries; index++) {
      const entry = at + 2 + index * 12
      const name = tags.get(number(entry, 2))
      if (name !== undefined) found.push(name)
      if (number(entry, 2) === exifPointer) visit(number(entry + 8, 4), 0)
    }
    visit(number(at + 2 + entries * 12, 4), which + 1)
  }
  visit(number(4, 4), 0)
  return found
}

/** zTXt and compressed iTXt of a PNG. */
function inflatedTexts(file: Uint8Array): Buffer[] {
  const png = Buffer.from(file.buffer, file.byteOffset, file.length)
  const found: Buffer[] = []
  if (png.toString('latin1', 1, 4) !== 'PNG') return found
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at)
    const content = png.subarray(at + 8, at + 8 + length)
    if (/^[iz]TXt$/.test(png.toString('latin1', at + 4, at + 8))) {
      // Behind keyword and method, or behind further texts: wherever a stream of zlib begins
      for (let from = content.indexOf(0x78); from !== -1; from = content.indexOf(0x78, from + 1)) {
        try {
          found.push(inflateSync(content.subarray(from)))
          break
        } catch {
          // No stream begins here
        }
      }
    }
    at += 12 + length
  }
  return found
}

/** Some bytes from the middle of each, as they are, in base64 and in hex. */
function pieces(planted: Planted): string[] {
  return Object.values(planted).flatMap((picture: Buffer) =>
    (['latin1', 'base64', 'hex'] as const).flatMap((coding) => {
      const text = picture.toString(coding)
      return [0.4, 0.6, 0.8].map((share) => {
        const at = Math.floor(text.length * share)
        return text.slice(at, at + 16)
      })
    }),
  )
}
