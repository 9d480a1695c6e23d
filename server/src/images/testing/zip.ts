import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  name: string | Buffer
  data: Buffer
  /** Deflated unless `stored`. */
  stored?: boolean
  /** Sizes and sum stand behind the data, as where a program writes to a pipe. */
  descriptor?: boolean
  /** Sizes and place stand in fields of their own. */
  zip64?: boolean
  /** Says that it is encrypted, which it is not. */
  encrypted?: boolean
  /** What the directory says, where that is not so. */
  says?: { size?: number; crc?: number; method?: number }
  /** Bit 11: the name is UTF-8. */
  utf8?: boolean
}

/** A ZIP archive as programs write them, and as nobody should. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name: named, data, stored, descriptor, zip64, encrypted, says = {}, utf8 } of entries) {
    const name = Buffer.from(named as string)
    const packed = stored === true ? data : deflateRawSync(data)
    const method = says.method ?? (stored === true ? 0 : 8)
    const size = says.size ?? data.length
    const crc = says.crc ?? crc32(data)
    const flags = (encrypted === true ? 1 : 0) | (descriptor === true ? 8 : 0) | (utf8 === true ? 0x800 : 0)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(flags, 6)
    local.writeUInt16LE(method, 8)
    if (descriptor !== true) sizes(local, 14, crc, packed.length, size)
    local.writeUInt16LE(name.length, 26)
    const behind = Buffer.alloc(descriptor === true ? 16 : 0)
    if (descriptor === true) {
      behind.writeUInt32LE(0x08074b50, 0)
      sizes(behind, 4, crc, packed.length, size)
    }
    const extra = zip64 === true ? sixtyFour(size, packed.length, at) : Buffer.alloc(0)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(45, 6)
    central.writeUInt16LE(flags, 8)
    central.writeUInt16LE(method, 10)
    if (zip64 === true) sizes(central, 16, crc, 0xffffffff, 0xffffffff)
    else sizes(central, 16, crc, packed.length, size)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt16LE(extra.length, 30)
    central.writeUInt32LE(zip64 === true ? 0xffffffff : at, 42)
    directory.push(central, name, extra)
    parts.push(local, name, packed, behind)
    at += local.length + name.length + packed.length + behind.length
  }
  const whole = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(whole.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, whole, end])
}

function sizes(into: Buffer, at: number, crc: number, packed: number, size: number): void {
  into.writeUInt32LE(crc, at)
  into.writeUInt32LE(packed, at + 4)
  into.writeUInt32LE(size, at + 8)
}

function sixtyFour(size: number, packed: number, at: number): Buffer {
  const extra = Buffer.alloc(28)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(24, 2)
  for (const [n, value] of [size, packed, at].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + n * 8)
  return extra
}
