import type { Header } from './header.ts'
import { ascii, damaged, type Window } from './reader.ts'

/** A box of an ISO base media file: content from `start` to `end`. */
interface Box {
  type: string
  start: number
  end: number
}

const maximumBoxes = 2048

/** The boxes between two offsets. */
async function boxes(file: Window, start: number, end: number): Promise<Box[]> {
  const found: Box[] = []
  let at = start
  while (at + 8 <= end && found.length < maximumBoxes) {
    const view = await file.view(at, 8)
    const type = ascii(await file.bytes(at + 4, 4), 0, 4)
    let [size, head] = [view.getUint32(0), 8]
    if (size === 1) {
      const large = await file.view(at + 8, 8)
      size = large.getUint32(0) * 2 ** 32 + large.getUint32(4)
      head = 16
    }
    if (size === 0) size = end - at
    if (size < head || at + size > end) throw damaged('A box of the file is longer than the file.')
    found.push({ type, start: at + head, end: at + size })
    at += size
  }
  return found
}

/** The properties of each item: positions in `ipco`, counted from 1. */
async function associations(file: Window, ipma: Box): Promise<Map<number, number[]>> {
  const content = await file.view(ipma.start, ipma.end - ipma.start)
  const [version, wide] = [content.getUint8(0), (content.getUint8(3) & 1) === 1]
  const count = content.getUint32(4)
  const found = new Map<number, number[]>()
  let at = 8
  for (let item = 0; item < count && at < content.byteLength; item++) {
    const id = version < 1 ? content.getUint16(at) : content.getUint32(at)
    at += version < 1 ? 2 : 4
    const list: number[] = []
    for (let left = content.getUint8(at++); left > 0; left--) {
      list.push(wide ? content.getUint16(at) & 0x7fff : content.getUint8(at) & 0x7f)
      at += wide ? 2 : 1
    }
    found.set(id, list)
  }
  return found
}

/** EXIF orientation that a rotation (`irot`, anticlockwise quarter turns) and mirror (`imir`) amount to. */
function orientationOf(turns: number, mirror: number | null): number {
  const plain = [1, 8, 3, 6][turns & 3] ?? 1
  if (mirror === null) return plain
  const flopped = [2, 7, 4, 5][turns & 3] ?? 2
  const flipped = [4, 5, 2, 7][turns & 3] ?? 4
  return mirror === 1 ? flopped : flipped
}

/** The primary item's size and turns (ISO/IEC 23008-12): AVIF and HEIC. Sequences are their still picture. */
export async function isobmffHeader(file: Window): Promise<Header> {
  try {
    return await readMeta(file)
  } catch (error) {
    if (error instanceof RangeError) throw damaged('The file ends in the middle of its header.')
    throw error
  }
}

async function readMeta(file: Window): Promise<Header> {
  const meta = (await boxes(file, 0, file.size)).find((box) => box.type === 'meta')
  if (!meta || meta.end - meta.start > 1 << 22) throw damaged('The file has no picture item.')
  const inside = await boxes(file, meta.start + 4, meta.end)
  const pitm = inside.find((box) => box.type === 'pitm')
  const iprp = inside.find((box) => box.type === 'iprp')
  if (!pitm || !iprp) throw damaged('The file has no primary picture.')
  const head = await file.view(pitm.start, Math.min(8, pitm.end - pitm.start))
  const primary = head.getUint8(0) === 0 ? head.getUint16(4) : head.getUint32(4)
  const parts = await boxes(file, iprp.start, iprp.end)
  const ipco = parts.find((box) => box.type === 'ipco')
  const ipma = parts.find((box) => box.type === 'ipma')
  if (!ipco || !ipma) throw damaged('The picture has no properties.')
  const properties = await boxes(file, ipco.start, ipco.end)
  const own = ((await associations(file, ipma)).get(primary) ?? []).map((index) => properties[index - 1])
  const size = own.find((box) => box?.type === 'ispe')
  if (!size) throw damaged('The picture has no size.')
  const extent = await file.view(size.start + 4, 8)
  const irot = own.find((box) => box?.type === 'irot')
  const imir = own.find((box) => box?.type === 'imir')
  const turns = irot ? (await file.view(irot.start, 1)).getUint8(0) & 3 : 0
  const mirror = imir ? (await file.view(imir.start, 1)).getUint8(0) & 1 : null
  const [width, height] = [extent.getUint32(0), extent.getUint32(4)]
  if (width === 0 || height === 0) throw damaged('The picture has no size.')
  return {
    width,
    height,
    orientation: orientationOf(turns, mirror),
    frames: 1,
    hasAlpha: await hasAlpha(file, properties),
  }
}

/** An auxiliary picture that calls itself alpha. */
async function hasAlpha(file: Window, properties: readonly Box[]): Promise<boolean> {
  for (const box of properties) {
    if (box.type !== 'auxC') continue
    const name = await file.upTo(box.start + 4, Math.min(64, box.end - box.start - 4))
    if (ascii(name, 0, name.length).startsWith('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha')) return true
    if (ascii(name, 0, name.length).startsWith('urn:mpeg:hevc:2015:auxid:1')) return true
  }
  return false
}
