import { inflateSync } from 'node:zlib'
import { Failure } from '@rendition/contract'
import type { TiffLayout } from '../header/tiff-layout.ts'
import { expandLzw } from './lzw.ts'
import { plainTiff } from './plain-tiff.ts'
import { colourPixels } from './tiff-colours.ts'
import { samplesOf, undoPredictor } from './tiff-samples.ts'

const damagedPixels = (cause?: unknown) =>
  new Failure('undecodable', 'The pixels of the TIFF are damaged or cut off.', { cause })

/** Decodes a TIFF of a kind that libvips gets wrong, into one of 8 bits that it gets right. */
export function decodeTiff(bytes: Uint8Array, layout: TiffLayout): Uint8Array {
  const { width, height, samples, alpha, orientation, photometry, profile } = layout
  const grey = photometry === 'white-is-zero' || photometry === 'black-is-zero'
  const channels = ((grey ? 1 : 3) + (alpha ? 1 : 0)) as 1 | 2 | 3 | 4
  const pixels = new Uint8Array(width * height * channels)
  const planes = layout.planar ? samples : 1
  const across = Math.ceil(width / layout.block.width)
  const down = Math.ceil(height / layout.block.height)
  if (layout.offsets.length < across * down * planes) throw damagedPixels()
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++) {
      const place = { left: column * layout.block.width, top: row * layout.block.height }
      const found = Array.from({ length: planes }, (_, plane) =>
        blockAt(bytes, layout, plane * across * down + row * across + column, height - place.top),
      )
      colourPixels(found, layout, place, { pixels, channels })
    }
  // L*a*b* and YCbCr have become sRGB: a profile meant what they were
  const meant = photometry === 'lab' || photometry === 'ycbcr' ? null : profile
  const nothing = new Uint8Array(0)
  const rows = { bytes: pixels, start: 0, stride: width * channels }
  return plainTiff({
    width,
    height,
    channels,
    rows,
    orientation,
    profile: meant ?? nothing,
    xmp: layout.xmp ?? nothing,
  })
}

/** The samples of one strip or tile, from 0 to 1; YCbCr as its bytes stand. */
function blockAt(
  bytes: Uint8Array,
  layout: TiffLayout,
  index: number,
  left: number,
): Float32Array | Uint8Array {
  const rows = layout.block.width === layout.width ? Math.min(layout.block.height, left) : layout.block.height
  const [offset = 0, length = 0] = [layout.offsets[index], layout.lengths[index]]
  const size = blockBytes(layout, rows)
  // Some writers leave out the length of their only strip
  const packed = bytes.subarray(offset, length > 0 ? offset + length : undefined)
  const raw = expand(packed, layout, size)
  if (raw.length < size) throw damagedPixels()
  if (layout.photometry === 'ycbcr') return raw
  undoPredictor(raw, layout, rows)
  return samplesOf(raw, layout, rows)
}

function blockBytes(
  { block, planar, samples, bits, photometry, subsampling }: TiffLayout,
  rows: number,
): number {
  const [across, down] = subsampling
  if (photometry === 'ycbcr')
    return Math.ceil(block.width / across) * Math.ceil(rows / down) * (across * down + 2)
  return Math.ceil((block.width * (planar ? 1 : samples) * bits) / 8) * rows
}

function expand(packed: Uint8Array, { compression }: TiffLayout, size: number): Uint8Array {
  if (compression === 'none') return packed.slice(0, size)
  if (compression === 'deflate') {
    try {
      return inflateSync(packed, { maxOutputLength: size + 65_536 })
    } catch (error) {
      throw damagedPixels(error)
    }
  }
  const out = new Uint8Array(size)
  if (compression === 'packbits') return out.subarray(0, expandPackBits(packed, out))
  const found = expandLzw(packed, out, { literal: 8, leastFirst: false, early: true })
  if (found === null) throw damagedPixels()
  return out.subarray(0, found)
}

/** PackBits (TIFF 6.0, section 9); gives how many bytes there were. */
function expandPackBits(packed: Uint8Array, out: Uint8Array): number {
  let written = 0
  for (let at = 0; at < packed.length && written < out.length; ) {
    const head = packed[at++] ?? 0
    if (head < 128) {
      const run = packed.subarray(at, at + Math.min(head + 1, out.length - written))
      out.set(run, written)
      written += run.length
      at += head + 1
    } else if (head > 128) {
      const end = Math.min(written + 257 - head, out.length)
      out.fill(packed[at++] ?? 0, written, end)
      written = end
    }
  }
  return written
}
