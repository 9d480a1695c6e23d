export interface PlainPixels {
  width: number
  height: number
  channels: 1 | 2 | 3 | 4
  /** Of a sample; 8 without. */
  bits?: 8 | 16
  /** The first row's position in `bytes`, and the bytes from one row to the next. */
  rows: { bytes: Uint8Array; start: number; stride: number }
  /** EXIF orientation; upright without. */
  orientation?: number
  /** An ICC profile; empty for sRGB. */
  profile: Uint8Array
  /** An XMP packet; empty for none. */
  xmp: Uint8Array
}

/** Rows in a strip: readers hold a strip at a time, so one strip for all would cost them the picture again. */
const rowsPerStrip = 64
const headerBytes = 8
const entryBytes = 12
const short = 3
const long = 4
const byte = 1
const undefinedType = 7

/**
 * Grey or RGB of 8 bits, or of 16 in the machine's order of little ends first, with or without alpha (not premultiplied), as an uncompressed little-endian TIFF (TIFF 6.0, ICC.1
 * annex B, XMP part 3): how pixels that were decoded here reach libvips with their profile.
 */
export function plainTiff({
  width,
  height,
  channels,
  bits = 8,
  rows,
  orientation = 1,
  profile,
  xmp,
}: PlainPixels): Uint8Array {
  const row = (width * channels * bits) / 8
  const strips = Math.ceil(height / rowsPerStrip)
  const pixelsAt = headerBytes
  const pixelBytes = row * height
  const profileAt = pixelsAt + pixelBytes + (pixelBytes % 2)
  const xmpAt = profileAt + profile.length + (profile.length % 2)
  const bitsAt = xmpAt + xmp.length + (xmp.length % 2)
  const offsetsAt = bitsAt + 8
  const countsAt = offsetsAt + strips * 4
  const directoryAt = countsAt + strips * 4

  // Tag, type, number of values, and the value itself or where it lies.
  const entries: [number, number, number, number][] = [
    [256, long, 1, width],
    [257, long, 1, height],
    // One or two values stand in the entry itself
    [258, short, channels, channels === 1 ? bits : channels === 2 ? bits * 0x0001_0001 : bitsAt],
    [259, short, 1, 1], // not compressed
    [262, short, 1, channels < 3 ? 1 : 2], // black is zero, or RGB
    [273, long, strips, strips === 1 ? pixelsAt : offsetsAt],
    [274, short, 1, orientation],
    [277, short, 1, channels],
    [278, long, 1, rowsPerStrip],
    [279, long, strips, strips === 1 ? pixelBytes : countsAt],
    [284, short, 1, 1], // interleaved
    ...(channels % 2 === 0 ? [[338, short, 1, 2] as [number, number, number, number]] : []), // alpha, not premultiplied
    ...(xmp.length > 0 ? [[700, byte, xmp.length, xmpAt] as [number, number, number, number]] : []),
    ...(profile.length > 0
      ? [[34675, undefinedType, profile.length, profileAt] as [number, number, number, number]]
      : []),
  ]
  const file = new Uint8Array(directoryAt + 2 + entries.length * entryBytes + 4)
  const view = new DataView(file.buffer)
  file.set([0x49, 0x49, 42, 0])
  view.setUint32(4, directoryAt, true)
  for (let y = 0; y < height; y++) {
    const from = rows.start + y * rows.stride
    file.set(rows.bytes.subarray(from, from + row), pixelsAt + y * row)
  }
  file.set(profile, profileAt)
  file.set(xmp, xmpAt)
  for (let channel = 0; channel < channels; channel++) view.setUint16(bitsAt + channel * 2, bits, true)
  for (let strip = 0; strip < strips; strip++) {
    const first = strip * rowsPerStrip
    view.setUint32(offsetsAt + strip * 4, pixelsAt + first * row, true)
    view.setUint32(countsAt + strip * 4, Math.min(rowsPerStrip, height - first) * row, true)
  }
  view.setUint16(directoryAt, entries.length, true)
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = directoryAt + 2 + index * entryBytes
    view.setUint16(at, tag, true)
    view.setUint16(at + 2, type, true)
    view.setUint32(at + 4, count, true)
    view.setUint32(at + 8, value, true)
  }
  return file
}
