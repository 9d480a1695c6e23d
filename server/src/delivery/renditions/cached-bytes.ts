import { metaOf, type RenditionMeta } from './memory.ts'

/** How a rendition travels through the cache service: a mark, the length of the head, the head, the bytes. */
const mark = 0x52_4e_44_31 // RND1
const headAt = 8
const longestHead = 2048

/** One value for the cache service. */
export function packRendition(meta: RenditionMeta, bytes: Uint8Array): Buffer {
  const head = Buffer.from(JSON.stringify({ ...meta, size: bytes.length }))
  const value = Buffer.allocUnsafe(headAt + head.length + bytes.length)
  value.writeUInt32BE(mark, 0)
  value.writeUInt32BE(head.length, 4)
  head.copy(value, headAt)
  value.set(bytes, headAt + head.length)
  return value
}

/** The rendition in a value, or null for anything cut short, damaged or written by something else. */
export function unpackRendition(value: Buffer): { meta: RenditionMeta; bytes: Buffer } | null {
  if (value.length < headAt || value.readUInt32BE(0) !== mark) return null
  const length = value.readUInt32BE(4)
  if (length > longestHead || headAt + length > value.length) return null
  try {
    const head = JSON.parse(value.toString('utf8', headAt, headAt + length)) as RenditionMeta & {
      size: number
    }
    const bytes = value.subarray(headAt + length)
    if (bytes.length !== head.size || bytes.length === 0) return null
    return { meta: metaOf(head), bytes }
  } catch {
    return null
  }
}
