import type { Window } from '../header/reader.ts'
import { sizeOfType } from '../metadata/exif.ts'
import { viewOf } from '../metadata/values.ts'

export const mostDirectories = 1000
const mostEntries = 4096
/** Bytes of a list of numbers: the strips of the largest pictures are fewer. */
export const longestList = 1 << 18
const [short, pointer] = [3, 13]

export interface Entry {
  tag: number
  type: number
  bytes: Uint8Array
  /** Of a value that stands apart. */
  value: { at: number; length: number }
  /** Bytes of the value, wherever it stands. */
  size: number
  /** Its first number, where it is one. */
  first: number
}

/** A directory of a TIFF; null when it has more entries than any writer makes. */
export async function readDirectory(
  file: Window,
  at: number,
  little: boolean,
): Promise<{ entries: Entry[]; next: number } | null> {
  const count = (await file.view(at, 2)).getUint16(0, little)
  if (count > mostEntries) return null
  const bytes = Uint8Array.from(await file.bytes(at + 2, count * 12))
  const view = viewOf(bytes)
  const entries = Array.from({ length: count }, (_, index): Entry => {
    const start = index * 12
    const type = view.getUint16(start + 2, little)
    const size = sizeOfType(type === pointer ? 4 : type) * view.getUint32(start + 4, little)
    const first = view.getUint32(start + 8, little)
    const from = Math.min(first, file.size)
    return {
      tag: view.getUint16(start, little),
      type,
      bytes: bytes.subarray(start, start + 12),
      value: size <= 4 ? { at: 0, length: 0 } : { at: from, length: Math.min(size, file.size - from) },
      size,
      first,
    }
  })
  const behind = await file.upTo(at + 2 + count * 12, 4)
  return { entries, next: behind.length < 4 ? 0 : viewOf(behind).getUint32(0, little) }
}

/** The first `most` bytes of a value. */
export async function bytesOfValue(
  file: Window,
  { bytes, value, size }: Entry,
  most: number,
): Promise<Uint8Array> {
  if (value.length === 0) return bytes.subarray(8, 8 + Math.min(size, 4))
  return Uint8Array.from(await file.upTo(value.at, Math.min(value.length, most)))
}

/** The whole numbers of an entry, of 16 or 32 bits. */
export async function numbersOf(file: Window, entry: Entry, little: boolean): Promise<number[]> {
  const view = viewOf(await bytesOfValue(file, entry, longestList))
  const size = entry.type === short ? 2 : 4
  return Array.from({ length: Math.floor(view.byteLength / size) }, (_, index) =>
    size === 2 ? view.getUint16(index * 2, little) : view.getUint32(index * 4, little),
  )
}
