import type { Output } from '@rendition/contract/recipe'
import sharp, { type Sharp } from 'sharp'
import { guarded } from '../failures.ts'
import { background } from '../pixels/background.ts'
import type { Canvas } from '../pixels/canvas.ts'
import type { End } from '../run.ts'
import { type Origin, openCanvas } from '../source.ts'
import type { RenderedOutput } from '../types.ts'
import { encode } from './encode.ts'
import { contentTypes, holdsAlpha, type Target } from './format.ts'
import { applyMetadata, rightsOf } from './metadata.ts'
import { strip } from './strip.ts'

export interface WriteRequest {
  name: string
  end: End
  output: Output
  target: Target
  origin: Origin
  /** The picture has the source's own size and nothing was done to it: the source's bytes may serve instead. */
  unchanged: boolean
  /** The pipeline carries the gain map along. */
  gainMap?: boolean
}

/** What transparency is laid on where the format has none. */
const paper = 'ffffffff'

/** A finished picture as a file. */
export async function write(request: WriteRequest): Promise<RenderedOutput> {
  const { name, end, output, target, origin } = request
  const { format } = target
  const pipeline = await dressed(request)
  const { data, info } = await guarded('canvas' in end ? 'encode' : 'decode', () =>
    pipeline.toBuffer({ resolveWithObject: true }),
  )
  const made = { data, width: info.width, height: info.height, frames: 1 }
  const kept = request.unchanged ? keepSource(origin, output, target, made.data.length) : null
  const notes = [...target.notes, ...(kept ? ['The source was smaller than any encoding of it.'] : [])]
  return { name, ...made, data: kept ?? made.data, format, contentType: contentTypes[format], notes }
}

/** The pipeline with metadata and encoder. */
async function dressed({ end, output, target, origin, gainMap }: WriteRequest): Promise<Sharp> {
  const grain = { photographic: isPhotographic(origin) }
  if ('pipeline' in end) {
    const toned = end.grey ? end.pipeline.toColourspace('b-w') : end.pipeline
    const flat = end.alpha && !holdsAlpha(target.format) ? toned.flatten({ background: '#ffffff' }) : toned
    const mapped = gainMap ? flat.keepGainMap() : flat
    return encode(applyMetadata(mapped, output.metadata, origin), target.format, output, grain)
  }
  const canvas = holdsAlpha(target.format) ? end.canvas : background(end.canvas, paper)
  const opened =
    output.metadata === 'keep' && origin.metadata ? await carried(origin, target, canvas) : openCanvas(canvas)
  const toned = canvas.grey ? opened.toColourspace('b-w') : opened
  return encode(applyMetadata(toned, output.metadata, origin), target.format, output, grain)
}

/**
 * Raw pixels have no metadata, and sharp can attach single EXIF fields only. So where all of it is to be kept, the
 * source is opened once more at the wanted size, as the carrier of its metadata, and covered by the pixels.
 */
async function carried(origin: Origin, target: Target, canvas: Canvas): Promise<Sharp> {
  const { data, width, height, channels } = canvas
  const sized = origin.open(target.frame ?? 0).resize(width, height, { fit: 'fill', kernel: 'nearest' })
  // Tagged 16-bit colour is Display P3 inside the pipeline, which the covering pixels are not
  const carrier = origin.deepTagged ? sharp(await toPng(sized)) : sized
  const input = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const covered = carrier.composite([{ input, raw: { width, height, channels }, blend: 'source' }])
  return channels === 3 ? covered.removeAlpha() : covered
}

function toPng(pipeline: Sharp): Promise<Buffer> {
  return guarded('decode', () =>
    pipeline
      .toColourspace('srgb')
      .keepMetadata()
      .withIccProfile('srgb')
      .png({ compressionLevel: 0 })
      .toBuffer(),
  )
}

/** Whether a PNG of it will be photographic: whatever a camera or a lossy codec made, and PNGs of many bytes. */
function isPhotographic({ format, bytes, width, height }: Origin): boolean {
  if (format === 'gif') return false
  if (format !== 'png') return true
  return bytes !== null && bytes.length > width * height
}

/** The source's own bytes, stripped as the policy says, when they are fewer than what was made. */
function keepSource(origin: Origin, output: Output, target: Target, made: number): Uint8Array | null {
  const { bytes, format } = origin
  if (!bytes || format !== target.format) return null
  const stripped = strip(bytes, format, output.metadata, rightsOf(origin))
  return stripped && stripped.length <= made ? stripped : null
}
