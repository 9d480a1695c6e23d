import { ascii, type Window } from '../header/reader.ts'
import { kindOfSegment, xmpHead } from '../metadata/jpeg-segments.ts'
import { viewOf } from '../metadata/values.ts'
import { tellsOfGain } from '../metadata/xmp.ts'
import type { Patch } from '../types.ts'
import { exifPatches, photoshopPatches, xmpPatches } from './blocks.ts'
import { gapsBetween } from './gaps.ts'
import { lengthKept, type Piece, pieceOf, profilePatches, usedOfIndex } from './jpeg-segments.ts'
import { scanned, spaces, zeros } from './patches.ts'

/** Pictures in one file: a photo, its gain map, a preview or two, the eyes of a camera with several. */
const mostPictures = 16
const mostSegments = 10_000

/** What was found on the way through one picture of a file. */
interface Found {
  patches: Patch[]
  /** The segments that list further pictures, and where these begin. */
  indexes: Patch[]
  listed: number[]
  /** It says of itself that it is a gain map. */
  gain: boolean
  /** Behind its EOI. */
  end: number
}

/**
 * A JPEG and the gain map behind it, which has metadata of its own. Any other picture there, a preview of a camera or
 * of who knows what, is cleared, as what else stands behind the end, films of phones among it; and the index of pictures
 * with the last of them.
 */
export async function cleanJpeg(file: Window): Promise<Patch[] | null> {
  const patches: Patch[] = []
  const indexes: Patch[] = []
  const listed: number[] = []
  let maps = 0
  let at = 0
  for (let picture = 0; picture < mostPictures; picture++) {
    const found = await cleanOne(file, at)
    if (found === null) return null
    const { end } = found
    listed.push(...found.listed)
    if (picture === 0 || found.gain) {
      patches.push(...found.patches)
      indexes.push(...found.indexes)
      if (picture > 0) maps += 1
    } else patches.push(...zeros(at, end - at))
    const starts = [end, ...listed].filter((start) => start >= end && start < file.size)
    const next = await firstPicture(file, starts)
    if (next === null) return [...patches, ...(maps > 0 ? [] : indexes), ...zeros(end, file.size - end)]
    patches.push(...zeros(end, next - end))
    at = next
  }
  return null
}

async function firstPicture(file: Window, starts: readonly number[]): Promise<number | null> {
  for (const start of [...starts].sort((left, right) => left - right))
    if (ascii(await file.upTo(start, 3), 0, 3) === '\xff\xd8\xff') return start
  return null
}

/** One picture from its SOI on. null when there are too many segments. */
async function cleanOne(file: Window, start: number): Promise<Found | null> {
  const found: Found = { patches: [], indexes: [], listed: [], gain: false, end: file.size }
  const { patches } = found
  const profile: Piece[] = []
  let at = start + 2
  for (let segment = 0; segment < mostSegments; segment++) {
    const place = await nextMarker(file, at)
    patches.push(...zeros(at, (await beforeFill(file, at, place)) - at))
    const [, marker] = await file.upTo(place, 2)
    if (marker === undefined || marker === 0xd9) {
      patches.push(...profilePatches(profile))
      return marker === undefined ? found : { ...found, end: place + 2 }
    }
    const content = await contentOf(file, place + 2)
    const length = content.whole
    const inside = place + 4
    switch (kindOfSegment(marker, content.bytes)) {
      case 'exif':
        patches.push(...exifPatches(inside, content.bytes))
        break
      case 'xmp': {
        const packet = content.bytes.subarray(xmpHead.length)
        patches.push(...xmpPatches(inside + xmpHead.length, packet))
        found.gain ||= tellsOfGain(packet)
        break
      }
      case 'photoshop':
        patches.push(...photoshopPatches(inside, content.bytes))
        break
      case 'index':
        found.listed.push(...placesIn(content.bytes.subarray(4), inside + 4))
        found.indexes.push(...zeros(inside, length))
        patches.push(...indexPatches(content.bytes.subarray(4), inside + 4))
        break
      case 'gain':
        found.gain = true
        patches.push(...behindKept(marker, inside, content.bytes))
        break
      case 'unknown':
        patches.push(...(marker === 0xfe ? spaces(inside, length) : zeros(inside, length)))
        break
      default:
        if (marker === 0xe2) profile.push(pieceOf(inside, content.bytes))
        else patches.push(...behindKept(marker, inside, content.bytes))
    }
    at = inside + length
    if (marker === 0xda) at = await behindScan(file, at)
  }
  return null
}

/** Where the bytes begin that may fill the room in front of a marker (ITU-T T.81, B.1.1.2): decoders want them as they are. */
async function beforeFill(file: Window, from: number, marker: number): Promise<number> {
  const length = marker - from
  if (length === 0 || length > scanned || marker === file.size) return marker
  return from + (await file.upTo(from, length)).findLastIndex((byte) => byte !== 0xff) + 1
}

function behindKept(marker: number, at: number, content: Uint8Array): Patch[] {
  const kept = lengthKept(marker, content)
  return zeros(at + kept, content.length - kept)
}

/** What an index holds besides the list; all of it where that cannot be told. */
function indexPatches(index: Uint8Array, start: number): Patch[] {
  try {
    const used = usedOfIndex(index, ascii(index, 0, 2) === 'II')
    return gapsBetween(used, 0, index.length).flatMap(({ at, length }) => zeros(start + at, length))
  } catch (error) {
    if (error instanceof RangeError) return zeros(start, index.length)
    throw error
  }
}

async function contentOf(file: Window, at: number): Promise<{ bytes: Uint8Array; whole: number }> {
  const head = await file.upTo(at, 2)
  const length = head.length < 2 ? 0 : Math.max(0, viewOf(head).getUint16(0) - 2)
  const bytes = Uint8Array.from(await file.upTo(at + 2, length))
  return { bytes, whole: bytes.length }
}

/** The next byte that begins a marker with a length, or EOI, from `at` on; the end of the file without one. */
const nextMarker = (file: Window, at: number): Promise<number> =>
  findMarker(file, at, (marker) => marker >= 0xc0 && !(marker >= 0xd0 && marker <= 0xd8) && marker !== 0xff)

/** Behind the pixels of a scan: at the first marker that is no part of them. */
const behindScan = (file: Window, at: number): Promise<number> =>
  findMarker(file, at, (marker) => marker !== 0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7))

/** A page at a time: every byte may look like a marker. */
async function findMarker(file: Window, at: number, isIt: (marker: number) => boolean): Promise<number> {
  for (let from = at; from < file.size; ) {
    const page = await file.upTo(from, scanned)
    for (let index = page.indexOf(0xff); index !== -1 && index + 1 < page.length; index++)
      if (page[index] === 0xff && isIt(page[index + 1] ?? 0)) return from + index
    // The last byte may be the first half of a marker
    const half = page.length > 1 && page[page.length - 1] === 0xff
    from += Math.max(1, half ? page.length - 1 : page.length)
  }
  return file.size
}

/** Where the index of pictures (CIPA DC-007) says that the others begin. */
function placesIn(index: Uint8Array, start: number): number[] {
  try {
    const view = viewOf(index)
    const little = ascii(index, 0, 2) === 'II'
    const directory = view.getUint32(4, little)
    const count = Math.min(view.getUint16(directory, little), 64)
    const found: number[] = []
    for (let entry = 0; entry < count; entry++) {
      const at = directory + 2 + entry * 12
      if (view.getUint16(at, little) !== 0xb002) continue
      const pictures = Math.min(view.getUint32(at + 4, little) / 16, mostPictures)
      const list = view.getUint32(at + 8, little)
      for (let picture = 1; picture < pictures; picture++)
        found.push(start + view.getUint32(list + picture * 16 + 8, little))
    }
    return found
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}
