/**
 * ZIP archives whose every byte is known before the first is sent: files are stored as they are, with their size and CRC
 * in front of them, so that an archive can be given out from any place (PKWARE APPNOTE 6.3.10; ZIP64 where numbers need it).
 */

/** A file as an archive holds it. */
export interface ZipEntry {
  /** With slashes, never beginning with one. */
  name: string
  /** Bytes. */
  size: number
  /** CRC-32. */
  crc: number
  /** Where its local header begins in the archive. */
  startsAt: number
  modifiedAt: Date
}

/** In 32 bits; what is larger stands in the ZIP64 field. */
const most32 = 0xffff_ffff
const most16 = 0xffff
/** Names are UTF-8. */
const flags = 0x0800
const stored = 0
const plainVersion = 20
const zip64Version = 45
const zip64Field = 0x0001

const in32 = (value: number): number => Math.min(value, most32)

/** A ZIP64 extra field with these values, or nothing where there are none. */
function zip64(values: readonly number[]): Buffer {
  if (values.length === 0) return Buffer.alloc(0)
  const field = Buffer.alloc(4 + 8 * values.length)
  field.writeUInt16LE(zip64Field, 0)
  field.writeUInt16LE(8 * values.length, 2)
  for (const [n, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * n)
  return field
}

/** MS-DOS has no zones, two seconds and the years 1980 to 2107. */
function dosTime(at: Date): { date: number; time: number } {
  const year = Math.min(2107, Math.max(1980, at.getUTCFullYear()))
  return {
    date: ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  }
}

/** What stands in front of a file. */
export function localHeader({ name, size, crc, modifiedAt }: Omit<ZipEntry, 'startsAt'>): Buffer {
  const text = Buffer.from(name)
  const extra = zip64(size >= most32 ? [size, size] : [])
  const head = Buffer.alloc(30)
  const { date, time } = dosTime(modifiedAt)
  head.writeUInt32LE(0x0403_4b50, 0)
  head.writeUInt16LE(extra.length > 0 ? zip64Version : plainVersion, 4)
  head.writeUInt16LE(flags, 6)
  head.writeUInt16LE(stored, 8)
  head.writeUInt16LE(time, 10)
  head.writeUInt16LE(date, 12)
  head.writeUInt32LE(crc, 14)
  head.writeUInt32LE(in32(size), 18)
  head.writeUInt32LE(in32(size), 22)
  head.writeUInt16LE(text.length, 26)
  head.writeUInt16LE(extra.length, 28)
  return Buffer.concat([head, text, extra])
}

/** Its line of the directory. */
export function directoryLine({ name, size, crc, startsAt, modifiedAt }: ZipEntry): Buffer {
  const text = Buffer.from(name)
  const extra = zip64([...(size >= most32 ? [size, size] : []), ...(startsAt >= most32 ? [startsAt] : [])])
  const line = Buffer.alloc(46)
  const { date, time } = dosTime(modifiedAt)
  const version = extra.length > 0 ? zip64Version : plainVersion
  line.writeUInt32LE(0x0201_4b50, 0)
  // Made on Unix, for the mode below.
  line.writeUInt16LE((3 << 8) | version, 4)
  line.writeUInt16LE(version, 6)
  line.writeUInt16LE(flags, 8)
  line.writeUInt16LE(stored, 10)
  line.writeUInt16LE(time, 12)
  line.writeUInt16LE(date, 14)
  line.writeUInt32LE(crc, 16)
  line.writeUInt32LE(in32(size), 20)
  line.writeUInt32LE(in32(size), 24)
  line.writeUInt16LE(text.length, 28)
  line.writeUInt16LE(extra.length, 30)
  // A plain file that its owner writes and everybody reads.
  line.writeUInt32LE((0o100644 << 16) >>> 0, 38)
  line.writeUInt32LE(in32(startsAt), 42)
  return Buffer.concat([line, text, extra])
}

/** What a whole directory is. */
export interface Directory {
  entries: number
  startsAt: number
  /** Bytes. */
  size: number
}

const needs64 = ({ entries, startsAt, size }: Directory): boolean =>
  entries >= most16 || startsAt >= most32 || size >= most32

/** Bytes of an archive's end. */
export const endLength = (directory: Directory): number => (needs64(directory) ? 56 + 20 + 22 : 22)

/** What stands behind the directory. */
export function archiveEnd(directory: Directory): Buffer {
  const { entries, startsAt, size } = directory
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x0605_4b50, 0)
  end.writeUInt16LE(Math.min(entries, most16), 8)
  end.writeUInt16LE(Math.min(entries, most16), 10)
  end.writeUInt32LE(in32(size), 12)
  end.writeUInt32LE(in32(startsAt), 16)
  if (!needs64(directory)) return end
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(0x0606_4b50, 0)
  end64.writeBigUInt64LE(44n, 4)
  end64.writeUInt16LE((3 << 8) | zip64Version, 12)
  end64.writeUInt16LE(zip64Version, 14)
  end64.writeBigUInt64LE(BigInt(entries), 24)
  end64.writeBigUInt64LE(BigInt(entries), 32)
  end64.writeBigUInt64LE(BigInt(size), 40)
  end64.writeBigUInt64LE(BigInt(startsAt), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x0706_4b50, 0)
  locator.writeBigUInt64LE(BigInt(startsAt + size), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([end64, locator, end])
}
