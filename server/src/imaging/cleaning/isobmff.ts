import { type Box, readBox } from '../header/boxes.ts'
import { readLocations } from '../header/item-locations.ts'
import { ascii, type Window } from '../header/reader.ts'
import { bytesOf, latin1, viewOf } from '../metadata/values.ts'
import type { Patch } from '../types.ts'
import { exifPatches, xmpPatches } from './blocks.ts'
import { clearGaps, type Range } from './gaps.ts'
import { applyPatches, longestBlock, zeros } from './patches.ts'

/** At the top of a file and in films; every other box becomes free room. */
const keptAtTop: ReadonlySet<string> = new Set('ftyp meta mdat moov'.split(' '))
const droppedInside: ReadonlySet<string> = new Set('udta meta uuid free skip wide'.split(' '))
const filmParts: ReadonlySet<string> = new Set('trak mdia minf stbl edts mvex'.split(' '))
const mostBoxes = 10_000
const mostExtents = 64
const longestMeta = 1 << 22

/** AVIF and HEIC: what their items of metadata say, and the boxes nobody needs for the pixels. */
export async function cleanIsobmff(file: Window): Promise<Patch[] | null> {
  const patches: Patch[] = []
  const tops = await boxes(file, 0, file.size)
  if (tops === null) return null
  for (const box of tops) {
    if (box.type === 'moov') {
      if (!(await cleanFilm(file, box, patches))) return null
    } else if (!keptAtTop.has(box.type)) patches.push(...freed(box))
  }
  const meta = tops.find(({ type }) => type === 'meta')
  if (meta === undefined) return patches
  if (meta.end - meta.start > longestMeta) return null
  const inside = await boxes(file, meta.start + 4, meta.end)
  const iinf = inside?.find(({ type }) => type === 'iinf')
  const iloc = inside?.find(({ type }) => type === 'iloc')
  if (!inside || !iinf || !iloc) return null
  for (const box of inside)
    if (droppedInside.has(box.type) && box.type !== 'meta') patches.push(...freed(box))
  const idat = inside.find(({ type }) => type === 'idat')
  const places = placesOf(
    Uint8Array.from(await file.bytes(iloc.start, iloc.end - iloc.start)),
    idat,
    file.size,
  )
  for (const { id, type, mime } of await readItems(file, iinf)) {
    if (type !== 'Exif' && type !== 'mime' && type !== 'uri ') continue
    const extents = places.get(id)
    if (extents === undefined) continue
    if (extents === null) return null
    patches.push(...(await cleanItem(file, type === 'mime' ? mime : type, extents)))
  }
  // Where there is a film too, its samples lie there
  if (tops.some(({ type }) => type === 'moov')) return patches
  const used = [...places.values()].flatMap((extents) => extents ?? [])
  for (const { type, start, end } of tops)
    if (type === 'mdat') patches.push(...(await clearGaps(file, used, { start, end })))
  return patches
}

const freed = ({ at, start, end }: Box): Patch[] => [
  { at: at + 4, data: bytesOf('free') },
  ...zeros(start, end - start),
]

/** null when there are too many or one is longer than what it lies in. */
async function boxes(file: Window, start: number, end: number): Promise<Box[] | null> {
  const found: Box[] = []
  for (let at = start; at + 8 <= end; ) {
    if (found.length > mostBoxes) return null
    const box = await readBox(file, at, end)
    // What trails behind the boxes is no box
    if (box === null) return [...found, { type: 'free', at: at - 4, start: at, end }]
    found.push(box)
    at = box.end
  }
  return found
}

async function cleanFilm(file: Window, box: Box, patches: Patch[]): Promise<boolean> {
  const inside = await boxes(file, box.start, box.end)
  if (inside === null) return false
  for (const part of inside) {
    if (droppedInside.has(part.type)) patches.push(...freed(part))
    else if (filmParts.has(part.type) && !(await cleanFilm(file, part, patches))) return false
  }
  return true
}

/** Type of each item, and of `mime` items what they hold. */
async function readItems(file: Window, iinf: Box): Promise<{ id: number; type: string; mime: string }[]> {
  const version = (await file.bytes(iinf.start, 1))[0] ?? 0
  const infos = (await boxes(file, iinf.start + (version === 0 ? 6 : 8), iinf.end)) ?? []
  const items: { id: number; type: string; mime: string }[] = []
  for (const { start, end } of infos) {
    const bytes = Uint8Array.from(await file.bytes(start, Math.min(end - start, 512)))
    const wide = bytes[0] === 3
    if (bytes.length < 12 || (bytes[0] ?? 0) < 2) continue
    const view = viewOf(bytes)
    const at = wide ? 10 : 8
    const [, mime = ''] = latin1(bytes.subarray(at + 4)).split('\0')
    items.push({ id: wide ? view.getUint32(4) : view.getUint16(4), type: ascii(bytes, at, 4), mime })
  }
  return items
}

/** Where each item lies; null for one that lies in another. */
function placesOf(iloc: Uint8Array, idat: Box | undefined, size: number): Map<number, Range[] | null> {
  return new Map(
    readLocations(iloc, mostExtents).map(({ id, method, extents }) => {
      if (method > 1) return [id, null]
      const base = method === 1 ? (idat?.start ?? size) : 0
      const places = extents.map(({ offset, length }) => {
        const at = Math.min(size, base + offset)
        return { at, length: Math.min(length || size, size - at) }
      })
      return [id, places]
    }),
  )
}

async function cleanItem(file: Window, kind: string, extents: readonly Range[]): Promise<Patch[]> {
  const length = extents.reduce((sum, extent) => sum + extent.length, 0)
  const cleared = extents.flatMap((extent) => zeros(extent.at, extent.length))
  if (length > longestBlock || length < 4) return cleared
  const whole = new Uint8Array(length)
  let filled = 0
  for (const extent of extents) {
    whole.set(await file.bytes(extent.at, extent.length), filled)
    filled += extent.length
  }
  // Four bytes say how many more stand before the TIFF structure (ISO/IEC 23008-12, annex A)
  const skipped = kind === 'Exif' ? 4 + viewOf(whole).getUint32(0) : 0
  if (skipped > length) return cleared
  const block = whole.subarray(skipped)
  const changed =
    kind === 'Exif'
      ? exifPatches(skipped, block)
      : kind === 'application/rdf+xml'
        ? xmpPatches(skipped, block)
        : null
  if (changed === null) return cleared
  if (changed.length === 0) return []
  applyPatches(whole, changed)
  let from = 0
  return extents.map((extent) => {
    const data = whole.slice(from, from + extent.length)
    from += extent.length
    return { at: extent.at, data }
  })
}
