import { Failure } from '@rendition/contract'
import type { ByteReader } from '../types.ts'

/** Bytes in memory as a reader. */
export function memoryReader(bytes: Uint8Array): ByteReader {
  return {
    size: bytes.length,
    read: (offset, length) =>
      Promise.resolve(bytes.subarray(offset, Math.min(bytes.length, offset + length))),
  }
}

/** What every header walk fails with when the bytes contradict the format. */
export function damaged(detail: string): Failure {
  return new Failure('undecodable', detail)
}

/** A read takes about as long as a hundred looks at what is there. */
const stepsOfPage = 100

/**
 * A window over a reader: header walks ask for a few bytes at a time, all over the file. One read of `page` bytes
 * serves many of them, so that a GIF of 100,000 frames costs hundreds of reads and not millions.
 */
export class Window {
  readonly size: number
  private readonly source: ByteReader
  private readonly page: number
  private start = 0
  private buffer: Uint8Array = new Uint8Array(0)
  private left: number

  /** With `steps`, a walk that asks more often fails with `undecodable`; a page that is read counts as a hundred. */
  constructor(source: ByteReader, page = 65_536, steps = Number.POSITIVE_INFINITY) {
    this.source = source
    this.size = source.size
    this.page = page
    this.left = steps
  }

  /** `length` bytes from `offset`; throws `undecodable` when the file ends before. */
  async bytes(offset: number, length: number): Promise<Uint8Array> {
    const found = await this.upTo(offset, length)
    if (found.length < length) throw damaged('The file ends in the middle of its header.')
    return found
  }

  /** Up to `length` bytes from `offset`. */
  async upTo(offset: number, length: number): Promise<Uint8Array> {
    this.left -= 1
    // What ends with the file is not read again for what is not there
    const end = Math.min(offset + length, this.size)
    if (offset < this.start || end > this.start + this.buffer.length) {
      this.left -= stepsOfPage
      this.start = offset
      this.buffer = await this.source.read(offset, Math.max(length, this.page))
    }
    if (this.left < 0) throw damaged('The file is in too many pieces.')
    return this.buffer.subarray(offset - this.start, offset - this.start + length)
  }

  async view(offset: number, length: number): Promise<DataView> {
    const bytes = await this.bytes(offset, length)
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
}

/** `length` bytes as ASCII. */
export function ascii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
}
