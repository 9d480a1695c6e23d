import type { Subject } from './tags.ts'
import { bytesOf, holdsPicture, join, latin1, longestText, viewOf } from './values.ts'

/** How Photoshop's block (APP13 in JPEG, tag 34377 in TIFF) begins. */
const signature = 'Photoshop 3.0\0'
/** The one resource of it that is not Photoshop's own business: IPTC-IIM. */
const iptcResource = 0x0404

const numbered = (record: number, numbers: readonly number[]): number[] =>
  numbers.map((number) => record * 256 + number)

/** Datasets of IPTC-IIM 4.2 by record and number; what is not here is not kept. */
const subjects = new Map<number, Subject>([
  // Character set and version; title, editorial data, keywords, dates, people, credit, copyright, caption
  ...numbered(1, [0, 90]).map((name) => [name, 'picture'] as const),
  ...numbered(
    2,
    [
      0, 3, 4, 5, 7, 8, 10, 12, 15, 20, 22, 25, 30, 35, 37, 38, 40, 42, 55, 60, 62, 63, 65, 70, 80, 85, 105,
      110, 115, 116, 120, 121, 122, 130, 131, 135,
    ],
  ).map((name) => [name, 'picture'] as const),
  // Content location, city, sublocation, province, country
  ...numbered(2, [26, 27, 90, 92, 95, 100, 101]).map((name) => [name, 'place'] as const),
])

/** The mark of UTF-8 (1:90). */
const utf8 = Uint8Array.of(0x1c, 1, 90, 0, 3, 0x1b, 0x25, 0x47)
const creditName = [2, 110] as const

/** A stream that says who is to be named, behind what another says; without that it is UTF-8. */
export function creditSet(credit: string, behind: Uint8Array = utf8): Uint8Array {
  const value = new TextEncoder().encode(credit)
  return join([behind, Uint8Array.of(0x1c, ...creditName, value.length >> 8, value.length & 255), value])
}

/** What is known of an IPTC-IIM stream, and whether something else was in it. */
export function filterIptc(
  stream: Uint8Array,
  wanted: ReadonlySet<Subject>,
): { kept: Uint8Array; rest: boolean } {
  const view = viewOf(stream)
  const parts: Uint8Array[] = []
  let rest = false
  let at = 0
  while (at + 5 <= stream.length && stream[at] === 0x1c) {
    const name = view.getUint16(at + 1)
    const length = view.getUint16(at + 3)
    const end = at + 5 + length
    // The high bit says that the length itself is long: for pictures (record 8), not for texts
    if (length > 0x7fff || end > stream.length) break
    const subject = subjects.get(name)
    const value = stream.subarray(at + 5, end)
    if (subject && wanted.has(subject) && length <= longestText && !holdsPicture(value))
      parts.push(stream.subarray(at, end))
    else rest = true
    at = end
  }
  return { kept: join(parts), rest: rest || stream.subarray(at).some((byte) => byte !== 0) }
}

/** The IPTC-IIM stream of a Photoshop block, and whether the block holds more than that. */
export function readPhotoshop(block: Uint8Array): { iptc: Uint8Array; rest: boolean } {
  const nothing = new Uint8Array(0)
  const start = latin1(block.subarray(0, signature.length)) === signature ? signature.length : 0
  const view = viewOf(block)
  let iptc: Uint8Array | null = null
  let rest = false
  let at = start
  while (at + 12 <= block.length && latin1(block.subarray(at, at + 4)) === '8BIM') {
    const id = view.getUint16(at + 4)
    const name = 1 + view.getUint8(at + 6)
    const sizeAt = at + 6 + name + (name & 1)
    if (sizeAt + 4 > block.length) break
    const size = view.getUint32(sizeAt)
    const data = block.subarray(sizeAt + 4, sizeAt + 4 + size)
    if (data.length < size) break
    if (id === iptcResource && iptc === null) iptc = data
    else rest = true
    at = sizeAt + 4 + size + (size & 1)
  }
  return { iptc: iptc ?? nothing, rest: rest || block.subarray(at).some((byte) => byte !== 0) }
}

/**
 * A Photoshop block with an IPTC-IIM stream and nothing else. With `length` it is as long as that, filled up with zeros
 * inside the stream, which readers stop at; null when that is too short.
 */
export function writePhotoshop(iptc: Uint8Array, length?: number): Uint8Array | null {
  const head = signature.length + 12
  const total = length ?? head + iptc.length + (iptc.length & 1)
  if (iptc.length === 0 || head + iptc.length > total) return null
  const out = new Uint8Array(total)
  out.set(bytesOf(`${signature}8BIM`))
  const view = viewOf(out)
  view.setUint16(signature.length + 4, iptcResource)
  view.setUint32(signature.length + 8, length === undefined ? iptc.length : total - head)
  out.set(iptc, head)
  return out
}
