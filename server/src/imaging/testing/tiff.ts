import { viewOf } from '../metadata/values.ts'

/** What a TIFF says of its pixels. */
export interface TiffOptions {
  width: number
  height: number
  /** Of each sample. */
  bits: number[]
  photometry: number
  data: Uint8Array
  compression?: number
  big?: boolean
  /** Further entries: tag, and values of 16 bits. */
  more?: readonly (readonly [number, readonly number[]])[]
}

/** A TIFF of one strip, little-endian, also as BigTIFF. */
export function tiffOf(options: TiffOptions): Uint8Array {
  const { width, height, bits, photometry, data, compression = 1, big = false, more = [] } = options
  const start = big ? 16 : 8
  const entries: [number, readonly number[], 3 | 4][] = [
    [256, [width], 3],
    [257, [height], 3],
    [258, bits, 3],
    [259, [compression], 3],
    [262, [photometry], 3],
    [273, [start], 4],
    [277, [bits.length], 3],
    [278, [height], 3],
    [279, [data.length], 4],
    ...more.map(([tag, values]): [number, readonly number[], 3] => [tag, values, 3]),
  ]
  entries.sort(([a], [b]) => a - b)
  const directory = start + data.length + (data.length % 2)
  const [head, room, length] = big ? [8, 8, 20] : [2, 4, 12]
  const outside = directory + head + entries.length * length + room
  const file = new Uint8Array(outside + entries.reduce((sum, [, values]) => sum + values.length * 4, 0))
  const view = viewOf(file)
  file.set([0x49, 0x49, big ? 43 : 42, 0])
  if (big) view.setUint16(4, 8, true)
  view.setUint32(big ? 8 : 4, directory, true)
  file.set(data, start)
  view.setUint16(directory, entries.length, true)
  let free = outside
  for (const [index, [tag, values, type]] of entries.entries()) {
    const at = directory + head + index * length
    view.setUint16(at, tag, true)
    view.setUint16(at + 2, type, true)
    view.setUint32(at + 4, values.length, true)
    const value = at + (big ? 12 : 8)
    const inline = values.length * (type === 3 ? 2 : 4) <= room
    if (!inline) view.setUint32(value, free, true)
    for (const [number, one] of values.entries()) {
      const to = (inline ? value : free) + number * (type === 3 ? 2 : 4)
      if (type === 3) view.setUint16(to, one, true)
      else view.setUint32(to, one, true)
    }
    if (!inline) free += values.length * 4
  }
  return file
}
