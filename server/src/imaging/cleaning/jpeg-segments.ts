import { adobeLength, jfifLength } from '../metadata/jpeg-segments.ts'
import { viewOf } from '../metadata/values.ts'
import type { Patch } from '../types.ts'
import type { Range } from './gaps.ts'
import { zeros } from './patches.ts'

/** JFIF's two bytes for the sides of its thumbnail end its content. */
const sides = 2
const gainName = 28
const iccHead = 14
/** Where every profile says that it is one (ICC.1, 7.2.11). */
const [iccSignature, signature] = [0x61637370, 36]

/** Part of a profile: where it stands, and its first bytes, as a file may have thousands of them. */
export interface Piece extends Range {
  head: Uint8Array
}

export const pieceOf = (at: number, content: Uint8Array): Piece => ({
  at,
  length: content.length,
  head: content.slice(0, iccHead + signature + 4),
})

/** What stays of a segment's content, from its start; what is behind is none of it. */
export function lengthKept(marker: number, bytes: Uint8Array): number {
  switch (marker) {
    case 0xe0:
      return jfifLength - sides
    case 0xee:
      return adobeLength
    case 0xdc:
    case 0xdd:
      return 2
    case 0xe2:
      return gainName + lengthOfGain(bytes.subarray(gainName))
    // Tables, frames and scans are looked at by the decoder to their last byte
    default:
      return marker >= 0xc0 && marker <= 0xdb ? bytes.length : 0
  }
}

/** Bytes of a gain map's parameters (ISO 21496-1, annex C): versions alone, or with flags and fractions. */
function lengthOfGain(bytes: Uint8Array): number {
  const flags = bytes[4]
  if (flags === undefined) return 4
  const channels = flags & 0x80 ? 3 : 1
  const whole = 5 + (flags & 0x08 ? 12 + channels * 20 : 16 + channels * 40)
  return bytes.length < whole ? 4 : whole
}

/** The profile that pieces make together: repeated ones go, all that is no profile, and what is behind it. */
export function profilePatches(pieces: readonly Piece[]): Patch[] {
  const patches: Patch[] = []
  const first = new Map<number, Piece>()
  for (const piece of pieces) {
    const number = piece.head[iccHead - 2] ?? 0
    if (piece.length < iccHead || first.has(number)) patches.push(...cleared(piece))
    else first.set(number, piece)
  }
  const sorted = [...first].sort(([left], [right]) => left - right).map(([, piece]) => piece)
  const [start] = sorted
  if (start === undefined) return patches
  const isProfile =
    start.head.length >= iccHead + signature + 4 &&
    viewOf(start.head).getUint32(iccHead + signature) === iccSignature
  let left = isProfile ? viewOf(start.head).getUint32(iccHead) : 0
  for (const piece of sorted) {
    const length = piece.length - iccHead
    if (left <= 0) patches.push(...cleared(piece))
    else if (left < length) patches.push(...zeros(piece.at + iccHead + left, length - left))
    left -= length
  }
  return patches
}

const cleared = ({ at, length }: Range): Patch[] => zeros(at, length)

/** Of an index of pictures: what it holds besides its head, its directory and the list. */
export function usedOfIndex(index: Uint8Array, little: boolean): Range[] {
  const view = viewOf(index)
  const directory = view.getUint32(4, little)
  const count = view.getUint16(directory, little)
  const used = [
    { at: 0, length: 8 },
    { at: directory, length: 2 + count * 12 },
  ]
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + entry * 12
    if (view.getUint16(at, little) === 0xb002)
      used.push({ at: view.getUint32(at + 8, little), length: view.getUint32(at + 4, little) })
  }
  return used
}
