import { ascii } from '../header/reader.ts'
import { landing, xmpBlock } from './attach-gif.ts'
import { longestPacket } from './values.ts'

/**
 * The packet of XMP in a GIF, which neither libvips nor the reader of metadata looks for; null without. The block is sought and
 * not walked to: it may stand behind all frames, and its beginning is too long to come about in pixels.
 */
export function xmpInGif(bytes: Uint8Array): Buffer | null {
  if (ascii(bytes, 0, 4) !== 'GIF8') return null
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = file.indexOf(xmpBlock)
  if (at === -1) return null
  const from = at + xmpBlock.length
  const packet = file.subarray(from, from + longestPacket + landing.length)
  const end = packet.indexOf(landing)
  // Its own bytes: a part would keep the whole file
  return end > 0 ? Buffer.from(packet.subarray(0, end)) : null
}
