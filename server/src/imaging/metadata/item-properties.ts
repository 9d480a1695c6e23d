import { ascii } from '../header/reader.ts'
import { box } from './box.ts'
import { viewOf } from './values.ts'

/** A box in a file, its head included. */
export interface Part {
  type: string
  at: number
  head: number
  bytes: Uint8Array
}

/** The boxes between two offsets; what is no box ends the list. */
export function partsOf(bytes: Uint8Array, from: number, to: number): Part[] {
  const view = viewOf(bytes)
  const found: Part[] = []
  for (let at = from; at + 8 <= to; ) {
    let [size, head] = [view.getUint32(at), 8]
    if (size === 1) [size, head] = [view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12), 16]
    if (size === 0) size = to - at
    if (size < head || at + size > to) break
    found.push({ type: ascii(bytes, at + 4, 4), at, head, bytes: bytes.subarray(at, at + size) })
    at += size
  }
  return found
}

/** A property of an item; `essential` for ones without which it must not be shown. */
export interface Property {
  type: string
  content: Uint8Array
  essential?: boolean
}

/** The content of an `iprp` box as one with further properties of an item, behind those it has. */
export function extended(content: Uint8Array, item: number, properties: readonly Property[]): Uint8Array {
  const parts = partsOf(content, 0, content.length)
  const ipco = parts.find((part) => part.type === 'ipco')
  if (!ipco) throw new RangeError('there are no properties')
  const first = partsOf(ipco.bytes, ipco.head, ipco.bytes.length).length + 1
  const added = properties.map(({ type, content: value }) => box(type, value))
  const places = properties.map(({ essential }, index) => first + index + (essential ? 0x8000 : 0))
  return box(
    'iprp',
    ...parts.map((part) => {
      if (part.type === 'ipco') return box('ipco', part.bytes.subarray(part.head), ...added)
      return part.type === 'ipma' ? associated(part, item, places) : part.bytes
    }),
  )
}

/** The associations with further ones of an item; all of them in the wide form. */
function associated({ bytes, head }: Part, item: number, places: readonly number[]): Uint8Array {
  const view = viewOf(bytes)
  const [version, wide] = [view.getUint8(head), (view.getUint8(head + 3) & 1) === 1]
  const count = view.getUint32(head + 4)
  const out: number[] = [version, 0, 0, 1, ...bytes.subarray(head + 4, head + 8)]
  let at = head + 8
  for (let entry = 0; entry < count; entry++) {
    const length = version < 1 ? 2 : 4
    const id = length === 2 ? view.getUint16(at) : view.getUint32(at)
    out.push(...bytes.subarray(at, at + length))
    at += length
    const properties: number[] = []
    for (let left = view.getUint8(at++); left > 0; left--) {
      const value = wide ? view.getUint16(at) : view.getUint8(at)
      properties.push(wide ? value : ((value & 0x80) << 8) | (value & 0x7f))
      at += wide ? 2 : 1
    }
    if (id === item) properties.push(...places)
    out.push(properties.length, ...properties.flatMap((value) => [value >> 8, value & 255]))
  }
  return box('ipma', Uint8Array.from(out))
}
