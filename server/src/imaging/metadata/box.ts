import { bytesOf, join, viewOf } from './values.ts'

/** A box of ISO base media files (ISO/IEC 14496-12, 4.2): its length and type, then its content. */
export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(8)
  viewOf(head).setUint32(0, 8 + content.reduce((sum, { length }) => sum + length, 0))
  head.set(bytesOf(type), 4)
  return join([head, ...content])
}
