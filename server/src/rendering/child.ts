import { readFile } from 'node:fs/promises'
import { Failure, isFailure } from '@rendition/contract'
import {
  checkWhole,
  cleanOriginal,
  hdrCodePoints,
  profileOf,
  type ReadHeader,
  readHeader,
  readMetadata,
  readSayings,
  render,
  saidInJpeg,
  saidInTiff,
  squareOf,
} from '../imaging/index.ts'
import type { ByteReader } from '../imaging/types.ts'
import { type FaceDetector, loadFaceDetector, squareSide } from './face-detector.ts'
import type { DecodedHeic } from './heic.ts'
import { withFile } from './local-file.ts'
import type { StoredSource, Task, TaskOf } from './messages.ts'
import type { Face, ImagingLimits, OutputSink, Probe, RenderResult } from './port.ts'
import { serveTasks } from './serve-tasks.ts'

/** What kinds of files are taken. */
interface Accepting {
  heic: boolean
  relaxed: boolean
}

async function judge(source: StoredSource, limits: ImagingLimits, { heic, relaxed }: Accepting) {
  const header =
    'file' in source
      ? await withFile(source.file, (reader) => readHeader(reader, limits, { relaxed }))
      : await readHeader(source.bytes, limits, { relaxed })
  if (header.probe.format === 'heic' && !heic)
    throw new Failure('unsupported_media_type', 'HEIC pictures are not accepted here.')
  return header
}

async function probed(
  source: StoredSource,
  limits: ImagingLimits,
  accepting: Accepting,
  beginning = false,
): Promise<Probe> {
  const { probe, treatment } = await judge(source, limits, accepting)
  if (treatment?.endless && !beginning)
    await checkWhole(await wholeOf(source), probe.format, limits.stillPixels)
  return probe
}

async function run(task: Task, signal: AbortSignal, sink: OutputSink): Promise<unknown> {
  if (task.kind === 'clean') return withFile(task.source.file, cleanOriginal)
  if (task.kind === 'describe') return withFile(task.source.file, describe)
  if (task.kind === 'judge') {
    const { source, limits } = task
    const probe = await probed(source, limits, task)
    return { probe, metadata: await withFile(source.file, describe) }
  }
  if (task.kind === 'faces') return findFaces(task)
  if (task.kind === 'probe') return probed(task.source, task.limits, task, task.beginning)
  const { limits, source } = task.request
  // Native code sees a header only after ours has passed it.
  const header = await judge(source, limits, task)
  const { probe, treatment } = header
  const assets: Record<string, Uint8Array> = {}
  for (const [id, stored] of Object.entries(task.request.assets ?? {})) {
    const asset = await judge(stored, limits, task)
    assets[id] =
      asset.probe.format === 'heic' ? (await decoded(stored, limits, asset)).bytes : await wholeOf(stored)
  }
  const request = { ...task.request, assets }
  const each = task.singly ? sink : undefined
  try {
    if (probe.format === 'heic')
      return turnedBefore(await render({ ...request, source: await heicSource(task, header) }, signal, each))
    // What is mended in memory must be there
    const read = treatment || looksForColours(task) ? { bytes: await wholeOf(source) } : told(source, probe)
    return await render({ ...request, source: read }, signal, each)
  } catch (error) {
    // Its header was taken: whatever its decoder says, the type is not what is wrong
    if (isFailure(error, 'unsupported_media_type'))
      throw new Failure('undecodable', undefined, { cause: error })
    throw error
  }
}

const describe = async (file: ByteReader) => readMetadata(await readSayings(file))

let detector: Promise<FaceDetector> | null = null

async function findFaces({ source, limits, modules, heic, relaxed }: TaskOf<'faces'>): Promise<Face[]> {
  const header = await judge(source, limits, { heic, relaxed })
  const picture =
    header.probe.format === 'heic'
      ? await decoded(source, limits, header)
      : header.treatment
        ? { bytes: await wholeOf(source) }
        : source
  const square = await squareOf(picture, squareSide, limits)
  // One that could not be loaded is tried again for the next picture.
  detector ??= loadFaceDetector(modules).catch((error: unknown) => {
    detector = null
    throw error
  })
  const detect = await detector
  return detect(square)
}

/** A source with what reads what it says, where its decoder may not: few are asked for it, and only once they are open. */
const told = (source: StoredSource, { format }: Probe) => {
  const read = format === 'jpeg' ? saidInJpeg : format === 'tiff' ? saidInTiff : null
  return 'file' in source && read ? { ...source, said: () => withFile(source.file, read) } : source
}

/** What is wider than sRGB, or HDR, is mended in memory too. */
const looksForColours = ({ request }: TaskOf<'render'>): boolean =>
  request.outputs.some(({ recipe: { output } }) => output.gamut === 'p3' || output.hdr === 'keep')

/** What was turned while it was decoded says nothing any more of how it was stored. */
const turnedBefore = ({ source, ...rest }: RenderResult): RenderResult => ({
  ...rest,
  source: source && { ...source, orientation: null },
})

/** A HEIC for sharp; where HDR is to be kept, also with the values that it is stored in. */
async function heicSource({ request }: TaskOf<'render'>, header: ReadHeader) {
  const { source, limits, outputs } = request
  const pixels = await decoded(source, limits, header)
  const colour = header.treatment?.colour
  const meant = colour ? hdrCodePoints(colour) : null
  if (!meant || !outputs.some(({ recipe }) => recipe.output.hdr === 'keep')) return pixels
  const { decodeHeic } = await import('./heic.ts')
  const { bytes } = decodeHeic(await wholeOf(source), limits.stillPixels, null, 16)
  return { ...pixels, hdr: { bytes, meant } }
}

async function decoded(
  source: StoredSource,
  limits: ImagingLimits,
  { treatment }: ReadHeader,
): Promise<DecodedHeic> {
  // Loaded with the first such picture: three megabytes of code that most installations rarely need.
  const { decodeHeic } = await import('./heic.ts')
  const colour = treatment?.colour ? profileOf(treatment.colour) : null
  return decodeHeic(await wholeOf(source), limits.stillPixels, colour)
}

const wholeOf = async (source: StoredSource): Promise<Uint8Array> =>
  'file' in source ? readFile(source.file) : source.bytes

serveTasks(run)
