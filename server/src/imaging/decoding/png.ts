import { deflateSync } from 'node:zlib'
import { ascii } from '../header/reader.ts'
import { crc32 } from '../metadata/crc32.ts'
import { bytesOf, join, viewOf } from '../metadata/values.ts'

const ofColour: ReadonlySet<string> = new Set(['gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP'])
const end = bytesOf('\0\0\0\0IEND\xaeB`\x82')

/** A PNG whose end is there, and whose colours are told by a profile where one is given. */
export function mendPng(bytes: Uint8Array, profile: Uint8Array | null, endless: boolean): Uint8Array {
  const tail = endless ? [end] : []
  if (!profile) return join([bytes, ...tail])
  const view = viewOf(bytes)
  const parts = [bytes.subarray(0, 33), chunk('iCCP', join([bytesOf('c\0\0'), deflateSync(profile)]))]
  let at = 33
  while (at + 12 <= bytes.length) {
    const type = ascii(bytes, at + 4, 4)
    if (type === 'IDAT') break
    const next = at + 12 + view.getUint32(at)
    if (!ofColour.has(type)) parts.push(bytes.subarray(at, next))
    at = next
  }
  return join([...parts, bytes.subarray(at), ...tail])
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + content.length)
  out.set(bytesOf(type), 4)
  out.set(content, 8)
  viewOf(out).setUint32(0, content.length)
  viewOf(out).setUint32(8 + content.length, crc32(out.subarray(4, 8 + content.length)))
  return out
}
