import { Failure } from '@rendition/contract'
import { type ColourNumbers, cicpNumbers, srgbNumbers } from '../colour/numbers.ts'
import { type Av1Colour, av1Colour } from './av1-sequence.ts'
import { type Box, readBox } from './boxes.ts'
import { applyAperture, readAperture } from './clean-aperture.ts'
import type { Header, HeaderOptions, Treatment } from './header.ts'
import { type ItemLocation, readLocations } from './item-locations.ts'
import { ascii, damaged, type Window } from './reader.ts'

const maximumBoxes = 2048

/** The boxes between two offsets. */
async function boxes(file: Window, start: number, end: number): Promise<Box[]> {
  const found: Box[] = []
  let at = start
  while (at + 8 <= end && found.length < maximumBoxes) {
    const box = await readBox(file, at, end)
    if (box === null) throw damaged('A box of the file is longer than the file.')
    found.push(box)
    at = box.end
  }
  return found
}

/** What may stand at the top of a file and be needed for its picture: cut off, it is missed. */
const needed: ReadonlySet<string> = new Set(['ftyp', 'meta', 'mdat', 'moov', 'idat', 'free', 'uuid'])

/** The boxes of the file. Bytes behind them that are none are passed over, as browsers do: `relaxed`. */
async function topBoxes(file: Window, relaxed: boolean): Promise<Box[]> {
  const found: Box[] = []
  let at = 0
  while (at + 8 <= file.size && found.length < maximumBoxes) {
    const box = await readBox(file, at, file.size)
    if (box === null) {
      const type = ascii(await file.bytes(at + 4, 4), 0, 4)
      const stray = relaxed && !needed.has(type) && found.some((one) => one.type === 'meta')
      if (!stray) throw damaged('A box of the file is longer than the file.')
      break
    }
    found.push(box)
    at = box.end
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

/** The primary item's size, turns and colour (ISO/IEC 23008-12): AVIF and HEIC. Sequences are their still picture. */
export async function isobmffHeader(file: Window, { relaxed }: HeaderOptions): Promise<Header> {
  try {
    return await readMeta(file, relaxed)
  } catch (error) {
    if (error instanceof RangeError) throw damaged('The file ends in the middle of its header.')
    throw error
  }
}

async function readMeta(file: Window, relaxed: boolean): Promise<Header> {
  const top = await topBoxes(file, relaxed)
  const meta = top.find((box) => box.type === 'meta')
  // Whole, and nothing that the decoder could show: phones and cameras put a cover picture beside their tracks.
  if (!meta && top.some((box) => box.type === 'moov'))
    throw new Failure(
      'unsupported_media_type',
      'The file is an image sequence without a still picture, which is not accepted: send the picture that stands for it.',
    )
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
  const own = ((await associations(file, ipma)).get(primary) ?? []).flatMap(
    (index) => properties[index - 1] ?? [],
  )
  const { apertures, ...geometry } = await geometryOf(file, own)
  const treatment = {
    ...(await treatmentOf(file, own, inside, primary)),
    ...(apertures.length > 0 && { apertures }),
  }
  return {
    ...geometry,
    frames: 1,
    hasAlpha: await hasAlpha(file, properties),
    ...(Object.keys(treatment).length > 0 && { treatment }),
  }
}

/** Size and orientation after apertures, turns and mirrors, which apply in the order they are named. */
async function geometryOf(
  file: Window,
  own: readonly Box[],
): Promise<Pick<Header, 'width' | 'height' | 'orientation'> & Required<Pick<Treatment, 'apertures'>>> {
  const extent = own.find((box) => box.type === 'ispe')
  if (!extent) throw damaged('The picture has no size.')
  const view = await file.view(extent.start + 4, 8)
  let size = { width: view.getUint32(0), height: view.getUint32(4) }
  if (size.width === 0 || size.height === 0) throw damaged('The picture has no size.')
  let orientation = 1
  const apertures: Required<Treatment>['apertures'] = []
  for (const box of own) {
    if (box.type === 'clap') {
      const shown = applyAperture(readAperture(await file.view(box.start, 32)), size)
      if (shown === null) apertures.push({ at: box.start, ...size })
      else size = shown
    }
    if (box.type === 'irot') {
      const turns = (await file.view(box.start, 1)).getUint8(0) & 3
      for (let turn = 0; turn < turns; turn++) {
        orientation = turned[orientation] ?? 1
        size = { width: size.height, height: size.width }
      }
    }
    if (box.type === 'imir') {
      const axis = (await file.view(box.start, 1)).getUint8(0) & 1
      orientation = (axis === 1 ? flopped : flipped)[orientation] ?? 1
    }
  }
  const stored = orientation >= 5 ? { width: size.height, height: size.width } : size
  return { ...stored, orientation, apertures }
}

/** The orientation that a quarter turn anticlockwise makes of each, a mirror left to right, and one top to bottom. */
const turned: readonly number[] = [0, 8, 5, 6, 7, 4, 1, 2, 3]
const flopped: readonly number[] = [0, 2, 1, 4, 3, 6, 5, 8, 7]
const flipped: readonly number[] = [0, 4, 3, 2, 1, 8, 7, 6, 5]

async function treatmentOf(
  file: Window,
  own: readonly Box[],
  meta: readonly Box[],
  primary: number,
): Promise<Treatment> {
  const items = await locationsOf(file, meta)
  const coded = (id: number) => bitstreamColour(file, items, id)
  const colour = await colourOf(file, own, await coded(primary))
  const references = await referencesOf(file, meta)
  const premultiplied = references.some(({ type, from }) => type === 'prem' && from === primary)
  const alpha = references.find(({ type, to }) => type === 'auxl' && to === primary)
  const alphaCoded = alpha ? await coded(alpha.from) : null
  const limitedAlpha = alphaCoded?.monochrome === true && !alphaCoded.full
  const sequence = ascii(await file.bytes(8, 4), 0, 4) === 'avis'
  return {
    ...(colour && { colour }),
    ...(premultiplied && { premultiplied }),
    ...(limitedAlpha && { limitedAlpha }),
    ...(sequence && { sequence }),
  }
}

/** What of a bitstream, or of the file, says which colours are meant. */
type Told = Pick<Av1Colour, 'monochrome' | 'primaries' | 'transfer' | 'full'>

/** An embedded profile is believed before numbers, and those of the file before those of its bitstream. */
async function colourOf(
  file: Window,
  own: readonly Box[],
  coded: Told | null,
): Promise<ColourNumbers | null> {
  // libheif widens the range of colours, and forgets to for pictures without any
  const grey = await isGrey(file, own)
  let told: Told | null = coded
  for (const box of own) {
    if (box.type !== 'colr') continue
    const kind = ascii(await file.bytes(box.start, 4), 0, 4)
    if (kind === 'prof' || kind === 'rICC') return null
    if (kind !== 'nclx') continue
    const view = await file.view(box.start + 4, 7)
    const [primaries, transfer] = [view.getUint16(0), view.getUint16(2)]
    told = { monochrome: grey, primaries, transfer, full: (view.getUint8(6) & 0x80) !== 0 }
  }
  if (!told) return null
  const found = cicpNumbers(told.primaries, told.transfer, false)
  return grey && !told.full ? { ...(found ?? srgbNumbers), limited: true } : found
}

/** One channel; libheif makes three of it all the same. */
async function isGrey(file: Window, own: readonly Box[]): Promise<boolean> {
  const pixi = own.find((box) => box.type === 'pixi')
  if (pixi) return (await file.view(pixi.start + 4, 1)).getUint8(0) === 1
  const av1c = own.find((box) => box.type === 'av1C')
  return av1c !== undefined && ((await file.view(av1c.start + 2, 1)).getUint8(0) & 0x10) !== 0
}

/** Items in more pieces than this are not looked into. */
const mostExtents = 1024

async function locationsOf(file: Window, meta: readonly Box[]): Promise<ItemLocation[]> {
  const iloc = meta.find((box) => box.type === 'iloc')
  if (!iloc) return []
  return readLocations(await file.bytes(iloc.start, iloc.end - iloc.start), mostExtents)
}

/** Bytes at the start of an item in which its sequence header stands. */
const sequenceBytes = 64

async function bitstreamColour(
  file: Window,
  items: readonly ItemLocation[],
  id: number,
): Promise<Av1Colour | null> {
  const item = items.find((one) => one.id === id)
  const [first] = item?.extents ?? []
  if (!first || item?.method !== 0) return null
  return av1Colour(await file.upTo(first.offset, Math.min(first.length, sequenceBytes)))
}

/** A reference of one item to another (its first). */
interface Reference {
  type: string
  from: number
  to: number
}

async function referencesOf(file: Window, meta: readonly Box[]): Promise<Reference[]> {
  const iref = meta.find((box) => box.type === 'iref')
  if (!iref) return []
  const wide = (await file.view(iref.start, 1)).getUint8(0) === 1
  const found: Reference[] = []
  for (const { type, start } of await boxes(file, iref.start + 4, iref.end)) {
    const view = await file.view(start, wide ? 10 : 6)
    found.push({
      type,
      from: wide ? view.getUint32(0) : view.getUint16(0),
      to: wide ? view.getUint32(6) : view.getUint16(4),
    })
  }
  return found
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
