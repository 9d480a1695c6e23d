import { crc32 } from '../metadata/crc32.ts'
import { bytesOf, join, viewOf } from '../metadata/values.ts'

/** A chunk of a PNG with its checksum. */
export function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = join([bytesOf(type), content])
  const out = join([new Uint8Array(4), body, new Uint8Array(4)])
  viewOf(out).setUint32(0, content.length)
  viewOf(out).setUint32(out.length - 4, crc32(body))
  return out
}

/** Numbers of 32 bits, as `gAMA` and `cHRM` have them. */
export function words(...values: readonly number[]): Uint8Array {
  const out = new Uint8Array(values.length * 4)
  for (const [index, value] of values.entries()) viewOf(out).setUint32(index * 4, value)
  return out
}

/** A PNG with chunks behind its header, and others before its end. */
export function withChunks(
  png: Uint8Array,
  first: readonly Uint8Array[],
  last: readonly Uint8Array[] = [],
): Uint8Array {
  return join([png.subarray(0, 33), ...first, png.subarray(33, -12), ...last, png.subarray(-12)])
}

/** An EXIF block that holds an orientation and nothing else. */
export function exifOf(orientation: number): Uint8Array {
  return Uint8Array.from([
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ])
}
