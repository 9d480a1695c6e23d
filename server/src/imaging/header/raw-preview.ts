import type { Header } from './header.ts'
import { jpegHeader } from './jpeg.ts'
import { Window } from './reader.ts'
import { TiffDirectory, type TiffForm } from './tiff-directory.ts'

const tags = {
  width: 256,
  height: 257,
  compression: 259,
  photometry: 262,
  stripOffsets: 273,
  stripLengths: 279,
  subDirectories: 330,
  jpegOffset: 513,
  jpegLength: 514,
  filterPattern: 33421,
  dngVersion: 50706,
} as const

const sensorPhotometries: ReadonlySet<number> = new Set([32803, 34892])
const jpegCompressions: ReadonlySet<number> = new Set([6, 7])
/** Directories that are looked into. */
const mostDirectories = 16
/** A preview shows what the sensor saw without its margins: some hundredths of it. */
const leastShare = 0.9

/** A JPEG inside a raw file that shows the whole picture in its size. */
export interface RawPreview {
  offset: number
  length: number
  /** As its own header says; not yet upright. */
  header: Header
}

/** What a camera's raw file holds; null for a TIFF that is none. */
export interface RawFile {
  preview: RawPreview | null
}

/**
 * Looks whether a TIFF is a camera's raw file: a digital negative, one of Canon's, or one with a picture as its sensor saw
 * it; and for the preview in it that is whole. `canon`: its header says so, since Canon's sensors have no size.
 */
export async function readRaw(
  file: Window,
  form: TiffForm,
  first: TiffDirectory,
  canon: boolean,
): Promise<RawFile | null> {
  const directories = await directoriesOf(file, form, first)
  const sensors: { width: number; height: number }[] = []
  for (const directory of directories) {
    if (!(await isSensor(directory))) continue
    sensors.push({ width: await directory.one(tags.width, 0), height: await directory.one(tags.height, 0) })
  }
  const raw = canon || first.has(tags.dngVersion) || sensors.length > 0
  if (!raw) return null
  if (canon) sensors.push({ width: await first.one(tags.width, 0), height: await first.one(tags.height, 0) })
  const whole = sensors.sort((a, b) => b.width * b.height - a.width * a.height)[0]
  let found: RawPreview | null = null
  for (const directory of directories) {
    const preview = await previewIn(file, directory)
    const { width = 0, height = 0 } = preview?.header ?? {}
    const large = whole && width >= leastShare * whole.width && height >= leastShare * whole.height
    if (large && width * height > (found ? found.header.width * found.header.height : 0)) found = preview
  }
  return { preview: found }
}

/** The first directory, those that follow it, and those inside each. What is damaged among the others is passed over. */
async function directoriesOf(file: Window, form: TiffForm, first: TiffDirectory): Promise<TiffDirectory[]> {
  const found = [first]
  const seen = new Set<number>()
  const waiting = [...(await inside(first)), first.next]
  for (let at = waiting.shift(); at !== undefined && found.length < mostDirectories; at = waiting.shift()) {
    if (at === 0 || at >= file.size || seen.has(at)) continue
    seen.add(at)
    const directory = await TiffDirectory.read(file, form, at).catch(() => null)
    if (!directory) continue
    found.push(directory)
    waiting.push(...(await inside(directory)), directory.next)
  }
  return found
}

const inside = async (directory: TiffDirectory): Promise<number[]> =>
  directory.count(tags.subDirectories) <= mostDirectories
    ? directory.all(tags.subDirectories).catch(() => [])
    : []

const isSensor = async (directory: TiffDirectory): Promise<boolean> =>
  directory.has(tags.filterPattern) || sensorPhotometries.has(await directory.one(tags.photometry, 0))

/** A JPEG of a directory: where its own entries say, or its only strip; not the lossless kind that sensors are packed by. */
async function previewIn(file: Window, directory: TiffDirectory): Promise<RawPreview | null> {
  const strip =
    !(await isSensor(directory)) &&
    directory.count(tags.stripOffsets) === 1 &&
    jpegCompressions.has(await directory.one(tags.compression, 1))
  const named = directory.has(tags.jpegOffset) && directory.has(tags.jpegLength)
  if (!named && !strip) return null
  const offset = await directory.one(named ? tags.jpegOffset : tags.stripOffsets, 0)
  const length = await directory.one(named ? tags.jpegLength : tags.stripLengths, 0)
  if (offset < 8 || length < 64 || offset + length > file.size) return null
  const start = await file.bytes(offset, 3)
  if (start[0] !== 0xff || start[1] !== 0xd8 || start[2] !== 0xff) return null
  const within = new Window({
    size: length,
    read: async (at, count) => Uint8Array.from(await file.upTo(offset + at, Math.min(count, length - at))),
  })
  const header = await jpegHeader(within, { maximumFrames: 1, relaxed: false }).catch(() => null)
  const coded = header?.leastBytes ?? 0
  return header && coded > 0 && length >= coded ? { offset, length, header } : null
}
