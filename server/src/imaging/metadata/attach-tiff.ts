import type { Blocks } from './blocks.ts'
import { readExif } from './exif.ts'
import { join, viewOf } from './values.ts'

const xmpTag = 700
const [byteType, classic, entryLength] = [1, 42, 12]

/**
 * A TIFF of an encoder with the texts that EXIF keeps in the picture's own directory (who made it, who owns it), and XMP: in a copy of
 * that directory behind the end, so that everything else stays where it is.
 */
export function attachToTiff(data: Uint8Array, { exif, xmp }: Pick<Blocks, 'exif' | 'xmp'>): Uint8Array {
  const view = viewOf(data)
  const little = view.getUint16(0) === 0x4949
  if (view.getUint16(2, little) !== classic) throw new Error('No TIFF with offsets of 32 bits.')
  const directory = view.getUint32(4, little)
  const count = view.getUint16(directory, little)
  const entriesAt = directory + 2
  const kept = Array.from({ length: count }, (_, index) => {
    const at = entriesAt + index * entryLength
    return { tag: view.getUint16(at, little), bytes: data.subarray(at, at + entryLength) }
  })
  const texts = (exif && readExif(exif, new Set(['picture']))?.directories.image) ?? []
  const added = [...texts, ...(xmp ? [{ tag: xmpTag, type: byteType, count: xmp.length, value: xmp }] : [])]
  const out: Uint8Array[] = [data]
  let end = data.length
  const put = (bytes: Uint8Array): number => {
    const at = end + (end & 1)
    out.push(new Uint8Array(end & 1), bytes)
    end = at + bytes.length
    return at
  }
  const written = added.map(({ tag, type, count: values, value }) => {
    const bytes = new Uint8Array(entryLength)
    const entry = viewOf(bytes)
    entry.setUint16(0, tag, little)
    entry.setUint16(2, type, little)
    entry.setUint32(4, values, little)
    if (value.length > 4) entry.setUint32(8, put(value), little)
    else bytes.set(value, 8)
    return { tag, bytes }
  })
  const all = [...kept.filter(({ tag }) => written.every((entry) => entry.tag !== tag)), ...written]
  all.sort((one, other) => one.tag - other.tag)
  const length = new Uint8Array(2)
  viewOf(length).setUint16(0, all.length, little)
  const next = data.subarray(entriesAt + count * entryLength, entriesAt + count * entryLength + 4)
  const at = put(join([length, ...all.map(({ bytes }) => bytes), next]))
  const file = join(out)
  viewOf(file).setUint32(4, at, little)
  return file
}
