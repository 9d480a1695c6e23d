import { type DirectoryName, knownTags, pointers, type Subject, type TagRule } from './tags.ts'
import { holdsPicture, longestText, viewOf } from './values.ts'

export interface ExifEntry {
  tag: number
  type: number
  count: number
  /** In the byte order of the block. */
  value: Uint8Array
}

/** What is known of an EXIF block, by directory. */
export interface Exif {
  little: boolean
  directories: Readonly<Record<DirectoryName, readonly ExifEntry[]>>
}

/** Bytes of one value of each type, by its number. */
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]
const [byteType, asciiType, undefinedType, utf8Type] = [1, 2, 7, 129]
const mostEntries = 512
/** Bytes of what is no text: SubjectArea, a lens's four rationals, a reference of six. */
const longestNumbers = 64

/** The TIFF structure in a block, which some writers put `Exif\0\0` before. */
export function tiffOf(block: Uint8Array): Uint8Array {
  return block[0] === 0x45 && block[1] === 0x78 && block[2] === 0x69 ? block.subarray(6) : block
}

export function sizeOfType(type: number): number {
  return type === utf8Type ? 1 : (sizes[type] ?? 0)
}

/** Whether a value looks as its tag says: under a known name nothing else travels. */
export function fits({ type, value }: Pick<ExifEntry, 'type' | 'value'>, { shape }: TagRule): boolean {
  const long = value.length > (shape === 'numbers' ? longestNumbers : longestText)
  if (long || value.length === 0 || holdsPicture(value)) return false
  if (shape === 'text') return type === asciiType || type === utf8Type
  const plain = type === byteType || type === undefinedType
  return shape === 'bytes' ? plain || type === asciiType : type !== asciiType && type !== undefinedType
}

/**
 * Reads the tags of a block that are known and tell of one of the subjects. Damage ends the reading of a directory
 * and not of the picture; null when it is no EXIF at all.
 */
export function readExif(block: Uint8Array, subjects: ReadonlySet<Subject>): Exif | null {
  const tiff = tiffOf(block)
  const view = viewOf(tiff)
  if (view.byteLength < 14) return null
  const order = view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return null
  const little = order === 0x4949
  const found: Record<DirectoryName, ExifEntry[]> = { image: [], exif: [], gps: [], interop: [] }
  const visit = (name: DirectoryName, offset: number): void => {
    if (offset < 8 || offset + 2 > view.byteLength) return
    const entries = view.getUint16(offset, little)
    for (let index = 0; index < Math.min(entries, mostEntries); index++) {
      const at = offset + 2 + index * 12
      if (at + 12 > view.byteLength) break
      const tag = view.getUint16(at, little)
      const below = nextOf(name, tag)
      if (below !== null) {
        visit(below, view.getUint32(at + 8, little))
        continue
      }
      const entry = entryAt(tiff, at, little)
      const rule = knownTags[name].get(tag)
      const known = rule !== undefined && subjects.has(rule.subject)
      if (entry !== null && known && fits(entry, rule) && !found[name].some((other) => other.tag === tag))
        found[name].push(entry)
    }
  }
  visit('image', view.getUint32(4, little))
  return { little, directories: found }
}

/** The directory a tag points at. Only downwards, so that no ring of directories is ever followed. */
export function nextOf(name: DirectoryName, tag: number): DirectoryName | null {
  if (name === 'image' && tag === pointers.exif) return 'exif'
  if (name === 'image' && tag === pointers.gps) return 'gps'
  return name === 'exif' && tag === pointers.interop ? 'interop' : null
}

function entryAt(tiff: Uint8Array, at: number, little: boolean): ExifEntry | null {
  const view = viewOf(tiff)
  const [tag, type] = [view.getUint16(at, little), view.getUint16(at + 2, little)]
  const count = view.getUint32(at + 4, little)
  const length = sizeOfType(type) * count
  const offset = length <= 4 ? at + 8 : view.getUint32(at + 8, little)
  if (length > longestText || offset + length > tiff.length) return null
  return { tag, type, count, value: tiff.subarray(offset, offset + length) }
}

export function isEmpty({ directories }: Pick<Exif, 'directories'>): boolean {
  return Object.values(directories).every((entries) => entries.length === 0)
}

/** A TIFF structure with these entries and nothing else. */
export function writeExif({ little, directories }: Pick<Exif, 'little' | 'directories'>): Uint8Array {
  const { image, exif, gps, interop } = directories
  const pointer = (tag: number): ExifEntry => ({ tag, type: 4, count: 1, value: new Uint8Array(4) })
  const hasInterop = interop.length > 0
  const hasExif = exif.length > 0 || hasInterop
  const blocks: { entries: readonly ExifEntry[]; by: readonly [block: number, tag: number] | null }[] = [
    {
      entries: [
        ...image,
        ...(hasExif ? [pointer(pointers.exif)] : []),
        ...(gps.length > 0 ? [pointer(pointers.gps)] : []),
      ],
      by: null,
    },
  ]
  if (hasExif) {
    const entries = [...exif, ...(hasInterop ? [pointer(pointers.interop)] : [])]
    blocks.push({ entries, by: [0, pointers.exif] })
    if (hasInterop) blocks.push({ entries: interop, by: [1, pointers.interop] })
  }
  if (gps.length > 0) blocks.push({ entries: gps, by: [0, pointers.gps] })
  const out = new Uint8Array(8 + blocks.reduce((sum, { entries }) => sum + sizeOfDirectory(entries), 0))
  const view = viewOf(out)
  out.set(little ? [0x49, 0x49, 0x2a, 0] : [0x4d, 0x4d, 0, 0x2a])
  view.setUint32(4, 8, little)
  const places: Map<number, number>[] = []
  let at = 8
  for (const { entries, by } of blocks) {
    const place = by === null ? undefined : places[by[0]]?.get(by[1])
    if (place !== undefined) view.setUint32(place, at, little)
    places.push(writeDirectory(out, at, entries, little))
    at += sizeOfDirectory(entries)
  }
  return out
}

const even = (length: number): number => length + (length & 1)

function sizeOfDirectory(entries: readonly ExifEntry[]): number {
  const apart = entries.reduce((sum, { value }) => sum + (value.length > 4 ? even(value.length) : 0), 0)
  return 2 + entries.length * 12 + 4 + apart
}

/** Writes a directory and its values behind it; gives the place of each entry's value field, by tag. */
function writeDirectory(
  out: Uint8Array,
  start: number,
  entries: readonly ExifEntry[],
  little: boolean,
): Map<number, number> {
  const view = viewOf(out)
  const places = new Map<number, number>()
  view.setUint16(start, entries.length, little)
  let apart = start + 2 + entries.length * 12 + 4
  const sorted = [...entries].sort((left, right) => left.tag - right.tag)
  for (const [index, { tag, type, count, value }] of sorted.entries()) {
    const at = start + 2 + index * 12
    view.setUint16(at, tag, little)
    view.setUint16(at + 2, type, little)
    view.setUint32(at + 4, count, little)
    places.set(tag, at + 8)
    if (value.length <= 4) out.set(value, at + 8)
    else {
      view.setUint32(at + 8, apart, little)
      out.set(value, apart)
      apart += even(value.length)
    }
  }
  return places
}

/** A text as an entry: UTF-8 with a final NUL, as everybody writes and reads it. */
export function textEntry(tag: number, text: string): ExifEntry {
  const value = new TextEncoder().encode(`${text}\0`)
  return { tag, type: asciiType, count: value.length, value }
}
