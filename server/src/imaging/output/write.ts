import { isFailure } from '@rendition/contract'
import type { Output, OutputFormat } from '@rendition/contract/recipe'
import sharp, { type Sharp } from 'sharp'
import { guarded } from '../failures.ts'
import { attach, attachProfile } from '../metadata/attach.ts'
import type { Blocks } from '../metadata/blocks.ts'
import type { Origin } from '../origin.ts'
import { background } from '../pixels/background.ts'
import type { End } from '../run.ts'
import { openCanvas } from '../source.ts'
import type { RenderedOutput } from '../types.ts'
import { encode } from './encode.ts'
import { contentTypes, holdsAlpha, type Target } from './format.ts'
import { blocksOf } from './metadata.ts'
import { strip } from './strip.ts'
import { within } from './within.ts'

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
  const { name, output, target, origin } = request
  const { format } = target
  const grey = 'canvas' in request.end ? request.end.canvas.grey : request.end.grey
  const { data, info, lost } = await within(format, output, async (settled) => {
    const { file, gainMap } = await encodeWhatGoes({ ...request, output: settled })
    const bare = grey ? file.data : await inItsGamut(file.data, format, origin)
    const written = withBlocks(bare, format, () => blocksOf(origin, output.metadata, { format, gainMap }))
    if (request.gainMap && !gainMap) written.lost.push(damagedMap)
    return { ...written, info: file.info }
  })
  const made = { data, width: info.width, height: info.height, frames: 1 }
  const kept = request.unchanged ? keepSource(origin, output, target, made.data.length) : null
  const smaller = kept ? ['The source was smaller than any encoding of it.'] : []
  const notes = [...target.notes, ...lost, ...smaller]
  return { name, ...made, data: kept ?? made.data, format, contentType: contentTypes[format], notes }
}

const damagedMap = 'The HDR gain map was dropped: it is damaged, or cannot be written.'

/**
 * The picture comes first: a gain map may be damaged, or more than the encoder takes, and is then left out. Throws what
 * the picture itself failed with.
 */
async function encodeWhatGoes(request: WriteRequest) {
  const { gainMap = false } = request
  try {
    return { file: await encodeOnce(request), gainMap }
  } catch (error) {
    if (!gainMap || !(isFailure(error, 'undecodable') || isFailure(error, 'internal'))) throw error
    return { file: await encodeOnce({ ...request, gainMap: false }), gainMap: false }
  }
}

function encodeOnce(request: WriteRequest) {
  const pipeline = dressed(request)
  return guarded('canvas' in request.end ? 'encode' : 'decode', () =>
    pipeline.toBuffer({ resolveWithObject: true }),
  )
}

/** A file with metadata; without, and a note, where that of the source cannot be read or written. */
export function withBlocks(
  bare: Uint8Array,
  format: OutputFormat,
  blocks: () => Blocks,
): { data: Uint8Array; lost: string[] } {
  try {
    return { data: attach(bare, format, blocks()), lost: [] }
  } catch {
    return { data: bare, lost: ['The metadata was dropped: it is damaged, or cannot be written.'] }
  }
}

/** The pipeline with its encoder, and no metadata. */
function dressed({ end, output, target, origin, gainMap }: WriteRequest): Sharp {
  const grain = { photographic: isPhotographic(origin) }
  if ('pipeline' in end) {
    // A copy: another try must not find what this one put onto it
    const pipeline = end.pipeline.clone()
    const toned = end.grey ? pipeline.toColourspace('b-w') : pipeline
    const flat = end.alpha && !holdsAlpha(target.format) ? toned.flatten({ background: '#ffffff' }) : toned
    const mapped = gainMap ? flat.keepGainMap() : flat
    return encode(tagged(mapped, output, origin), target.format, output, grain)
  }
  const canvas = holdsAlpha(target.format) ? end.canvas : background(end.canvas, paper)
  const opened = openCanvas(canvas)
  const toned = canvas.grey ? opened.toColourspace('b-w') : opened
  return encode(tagged(toned, output, origin), target.format, output, grain)
}

/**
 * The pixels are sRGB, which is what a browser takes an untagged file for, so a profile (and its bytes) is written
 * under `keep` only; values of P3 get theirs from `inItsGamut`.
 */
export function tagged(pipeline: Sharp, { metadata }: Output, { gamut }: Pick<Origin, 'gamut'>): Sharp {
  return metadata === 'keep' && gamut === 'srgb' ? pipeline.withIccProfile('srgb') : pipeline
}

/** A file of an encoder with the profile that its values need; those of sRGB need none. */
export async function inItsGamut(
  data: Uint8Array,
  format: OutputFormat,
  { gamut }: Pick<Origin, 'gamut'>,
): Promise<Uint8Array> {
  if (gamut === 'srgb') return data
  const tagged = attachProfile(data, format, await displayP3Profile())
  if (tagged === null) throw new Error(`A ${format} file has no place for a profile.`)
  return tagged
}

let profile: Promise<Uint8Array> | undefined

/** The profile of Display P3 that libvips brings along. */
function displayP3Profile(): Promise<Uint8Array> {
  profile ??= (async () => {
    const create = { width: 1, height: 1, channels: 3 as const, background: '#000' }
    const tagged = await sharp({ create }).withIccProfile('p3').png().toBuffer()
    const { icc } = await sharp(tagged).metadata()
    if (!icc) throw new Error('libvips has no profile of Display P3.')
    return icc
  })()
  return profile
}

/** Whether a PNG of it will be photographic: whatever a camera or a lossy codec made, and PNGs of many bytes. */
function isPhotographic({ format, bytes, width, height }: Origin): boolean {
  if (format === 'gif') return false
  if (format !== 'png') return true
  return bytes !== null && bytes.length > width * height
}

/** The source's own bytes with no more metadata than the policy allows; null when that takes encoding it anew. */
export function ownFile(
  origin: Origin,
  bytes: Uint8Array,
  format: OutputFormat,
  { metadata }: Output,
): Uint8Array | null {
  if (metadata === 'keep') return bytes
  const bare = strip(bytes, format)
  return bare && attach(bare, format, blocksOf(origin, metadata, { format }))
}

/** The source's own bytes, stripped as the policy says, when they are fewer than what was made. */
function keepSource(origin: Origin, output: Output, target: Target, made: number): Uint8Array | null {
  const { bytes, format } = origin
  if (!bytes || format === 'raw' || format === 'heic' || format !== target.format) return null
  const own = ownFile(origin, bytes, format, output)
  return own && own.length <= made ? own : null
}
