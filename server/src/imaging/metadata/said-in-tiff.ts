import { Window } from '../header/reader.ts'
import { type TiffForm, unsigned } from '../header/tiff-directory.ts'
import type { ByteReader, SaidBlocks } from '../types.ts'
import { type ExifEntry, fits, isEmpty, nextOf, sizeOfType, writeExif } from './exif.ts'
import { writePhotoshop } from './iptc.ts'
import { type DirectoryName, knownTags, ofTheFile } from './tags.ts'
import { longestText, viewOf } from './values.ts'

const iptcTag = 33723
const mostEntries = 512
/** Bytes of IPTC that are read: what a segment of a JPEG has room for. */
const longestIptc = 65_000
/** Values stand all over a file, and most are short. */
const page = 8192
const [long, long8, ifd8] = [4, 16, 18]

/**
 * What the first directory of a TIFF, or BigTIFF, tells of its picture, as EXIF, and its IPTC as other formats have it:
 * libvips gives no EXIF of a TIFF, and bare IPTC. What is cut off or damaged is not there.
 */
export async function saidInTiff(file: ByteReader): Promise<SaidBlocks> {
  const window = new Window(file, page)
  const start = viewOf(await window.upTo(0, 16))
  if (start.byteLength < 16) return {}
  const little = start.getUint16(0) === 0x4949
  const big = start.getUint16(2, little) === 43
  const form = { little, big }
  const directories: Record<DirectoryName, ExifEntry[]> = { image: [], exif: [], gps: [], interop: [] }
  const said: SaidBlocks = {}
  const seen = new Set<DirectoryName>()
  const visit = async (name: DirectoryName, offset: number): Promise<void> => {
    if (seen.has(name)) return
    seen.add(name)
    for (const entry of await entriesAt(window, form, offset)) {
      const { tag, type, count, length, at } = entry
      const below = nextOf(name, tag)
      if (below !== null) {
        const pointer = await valueAt(window, at, type === long8 || type === ifd8 ? 8 : 4)
        if (pointer) await visit(below, unsigned(viewOf(pointer), 0, pointer.length, little))
        continue
      }
      if (name === 'image' && tag === iptcTag && length <= longestIptc && !said.iptc) {
        const iptc = iptcOf(await valueAt(window, at, length), type)
        if (iptc) said.iptc = iptc
      }
      const rule = ofTheFile.has(tag) ? undefined : knownTags[name].get(tag)
      if (rule === undefined || length > longestText) continue
      const value = await valueAt(window, at, length)
      const known = directories[name].some((other) => other.tag === tag)
      if (value && !known && fits({ type, value }, rule)) directories[name].push({ tag, type, count, value })
    }
  }
  await visit('image', big ? unsigned(start, 8, 8, little) : start.getUint32(4, little))
  if (!isEmpty({ directories })) said.exif = Buffer.from(writeExif({ little, directories }))
  return said
}

interface Entry extends Omit<ExifEntry, 'value'> {
  /** Bytes of its value, and where they stand. */
  length: number
  at: number
}

async function entriesAt(file: Window, { little, big }: TiffForm, offset: number): Promise<Entry[]> {
  const [head, size, room] = big ? [8, 20, 8] : [2, 12, 4]
  const start = await valueAt(file, offset, head)
  if (start === null) return []
  const entries = Math.min(unsigned(viewOf(start), 0, head, little), mostEntries)
  const table = viewOf(Uint8Array.from(await file.upTo(offset + head, entries * size)))
  return Array.from({ length: Math.floor(table.byteLength / size) }, (_, index) => {
    const from = index * size
    const type = table.getUint16(from + 2, little)
    const count = unsigned(table, from + 4, room, little)
    const length = (type === long8 || type === ifd8 ? 8 : sizeOfType(type)) * count
    const inline = offset + head + from + 4 + room
    const at = length <= room ? inline : unsigned(table, from + 4 + room, room, little)
    return { tag: table.getUint16(from, little), type, count, length, at }
  })
}

/** Its own bytes: a part of a page would keep the whole of it. null where the file ends before. */
async function valueAt(file: Window, at: number, length: number): Promise<Uint8Array | null> {
  if (length === 0 || at + length > file.size) return null
  const value = await file.upTo(at, length)
  return value.length < length ? null : Uint8Array.from(value)
}

/** With Photoshop's head, which stands before it everywhere else; null for what is no IPTC. */
function iptcOf(value: Uint8Array | null, type: number): Buffer | null {
  if (value === null) return null
  const stream = Buffer.from(value)
  // Some write it as numbers of 32 bits, in their own order of bytes
  if (stream[0] !== 0x1c && stream[3] === 0x1c && type === long) stream.swap32()
  const block = stream[0] === 0x1c ? writePhotoshop(stream) : null
  return block && Buffer.from(block)
}
