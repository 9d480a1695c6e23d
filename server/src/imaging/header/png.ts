import { type Chromaticities, type ColourNumbers, cicpNumbers, gammaNumbers } from '../colour/numbers.ts'
import { endsWith } from './end-marker.ts'
import type { Header, HeaderOptions, Treatment } from './header.ts'
import { exifOrientation } from './orientation.ts'
import { ascii, damaged, type Window } from './reader.ts'

/** Chunks looked at one by one. */
const maximumChunks = 4096

/** What the chunks before the pixels say of colour. */
interface ColourChunks {
  profile: boolean
  srgb: boolean
  /** Null: sRGB. */
  cicp?: ColourNumbers | null
  gamma: number | null
  primaries: Chromaticities | null
}

/**
 * IHDR, and transparency, orientation and colour from the chunks before the pixels; what stands behind them comes too
 * late for decoders. An animated PNG is its default image: libvips reads no other, and whoever does not know APNG sees
 * the same.
 */
export async function pngHeader(file: Window, { relaxed }: HeaderOptions): Promise<Header> {
  const first = await file.view(8, 21)
  if (ascii(await file.bytes(12, 4), 0, 4) !== 'IHDR')
    throw damaged('The PNG does not begin with its header.')
  const [width, height, type] = [first.getUint32(8), first.getUint32(12), first.getUint8(17)]
  if (width === 0 || height === 0) throw damaged('The PNG has no size.')
  const header: Header = { width, height, orientation: 1, frames: 1, hasAlpha: (type & 4) !== 0 }
  const chunks: ColourChunks = { profile: false, srgb: false, gamma: null, primaries: null }
  const finish = (treatment: Treatment): Header => {
    const colour = colourOf(chunks, (type & 2) === 0)
    const all = { ...treatment, ...(colour && { colour }) }
    return Object.keys(all).length > 0 ? { ...header, treatment: all } : header
  }
  let pixels = false
  let exif = false
  let at = 8
  for (let chunk = 0; chunk < maximumChunks; chunk++) {
    const head = await file.upTo(at, 8)
    if (head.length < 8) {
      if (!relaxed || !pixels) throw damaged('The PNG breaks off before its end.')
      return finish({ endless: true })
    }
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0)
    const name = ascii(head, 4, 4)
    if (name === 'IEND') return finish({})
    if (name === 'IDAT') pixels = true
    if (name === 'tRNS') header.hasAlpha = true
    if (!pixels && !exif && name === 'eXIf' && length < 1 << 20) {
      header.orientation = exifOrientation(await file.upTo(at + 8, length))
      exif = true
    }
    if (!pixels) await readColour(file, { name, at: at + 8, length }, chunks)
    at += 12 + length
  }
  // Large pictures in chunks of 8 KB, as libpng writes them, have more.
  if (await endsWith(file, at, endChunk)) return finish({})
  if (!relaxed) throw damaged('The PNG breaks off before its end.')
  return finish({ endless: true })
}

async function readColour(
  file: Window,
  { name, at, length }: { name: string; at: number; length: number },
  chunks: ColourChunks,
): Promise<void> {
  if (name === 'iCCP') chunks.profile = true
  else if (name === 'sRGB') chunks.srgb = true
  else if (name === 'gAMA' && length === 4) chunks.gamma = (await file.view(at, 4)).getUint32(0) / 100_000
  else if (name === 'cICP' && length === 4) {
    const [primaries = 2, transfer = 2, , full = 1] = await file.bytes(at, 4)
    // A range that stops short of black and white is of films: browsers take no such picture for one
    if (full === 1) chunks.cicp = cicpNumbers(primaries, transfer, true)
  } else if (name === 'cHRM' && length === 32) {
    const view = await file.view(at, 32)
    const point = (index: number): readonly [number, number] => [
      view.getUint32(index * 8) / 100_000,
      view.getUint32(index * 8 + 4) / 100_000,
    ]
    chunks.primaries = { white: point(0), red: point(1), green: point(2), blue: point(3) }
  }
}

/** In the order of the standard (PNG, third edition, 4.3): cICP before iCCP, sRGB, and cHRM with gAMA. */
function colourOf(
  { profile, srgb, cicp, gamma, primaries }: ColourChunks,
  grey: boolean,
): ColourNumbers | null {
  if (cicp !== undefined) return cicp && { ...cicp, grey }
  if (profile || srgb || gamma === null) return null
  const numbers = gammaNumbers(gamma, grey ? null : primaries)
  return numbers && { ...numbers, grey }
}

/** Its type and checksum; in compressed pixels these eight bytes do not happen by chance. */
const endChunk = Buffer.from('IEND\xaeB`\x82', 'latin1')
