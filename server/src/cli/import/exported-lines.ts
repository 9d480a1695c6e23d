import type { z } from 'zod'
import {
  type AlbumLine,
  albumsLineSchema,
  type ExportedImage,
  imagesLineSchema,
  isAlbumsPart,
  isImagesPart,
} from '../../images/index.ts'
import { wordsOf } from '../../platform/config/words.ts'
import type { Originals } from '../../platform/storage/index.ts'
import { readObjects } from './read-objects.ts'
import type { Outcome } from './tally.ts'

/** Versions and originals of one image that are held; nobody edits one so often. */
const mostLines = 100_000

interface Read<T> {
  value: T | null
  /** Where, and what is wrong with it. */
  fault: Outcome | null
}

/** The lines of the parts of an archive, in the order of the parts. */
async function* linesOf<S extends z.ZodType>(
  archive: Originals,
  isPart: (name: string) => boolean,
  schema: S,
  signal: AbortSignal,
): AsyncGenerator<Read<z.output<S>>> {
  const names: string[] = []
  for await (const name of archive.list()) if (isPart(name)) names.push(name)
  for (const name of names.sort()) {
    for await (const { text, line } of readObjects(await archive.open(name, signal))) {
      const read = schema.safeParse(JSON.parse(text))
      if (read.success) {
        yield { value: read.data, fault: null }
        continue
      }
      const [issue] = read.error.issues
      const note =
        issue === undefined ? 'it is no line of an export' : `${issue.path.join('.')}: ${wordsOf(issue)}`
      yield { value: null, fault: { subject: `${name} line ${line}`, is: 'refused', note } }
    }
  }
}

/** Images with what belongs to each, and what could not be read of them. */
export async function* imagesOf(
  archive: Originals,
  signal: AbortSignal,
): AsyncGenerator<ExportedImage | Outcome> {
  let open: {
    image: ExportedImage['image']
    originals: ExportedImage['originals'][number][]
    versions: ExportedImage['versions'][number][]
  } | null = null
  for await (const { value, fault } of linesOf(archive, isImagesPart, imagesLineSchema, signal)) {
    if (fault !== null) yield fault
    if (value === null) continue
    if (value.is === 'image') {
      if (open !== null) yield open
      open = { image: value, originals: [], versions: [] }
      continue
    }
    if (open === null) throw new Error('The export begins with what belongs to no image.')
    if (open.versions.length + open.originals.length >= mostLines) {
      throw new Error(`The export tells of more than ${mostLines} versions of ${open.image.name}.`)
    }
    if (value.is === 'original') open.originals.push(value)
    else open.versions.push(value)
  }
  if (open !== null) yield open
}

/** Images of one album that are held: more than it may have. */
const mostItems = 20_000

export interface ExportedAlbum {
  album: AlbumLine
  imageIds: readonly string[]
}

/** Albums with the ids of their images in their order, and what could not be read of them. */
export async function* albumsOf(
  archive: Originals,
  signal: AbortSignal,
): AsyncGenerator<ExportedAlbum | Outcome> {
  let open: { album: AlbumLine; imageIds: string[] } | null = null
  for await (const { value, fault } of linesOf(archive, isAlbumsPart, albumsLineSchema, signal)) {
    if (fault !== null) yield fault
    if (value === null) continue
    if (value.is === 'album') {
      if (open !== null) yield open
      open = { album: value, imageIds: [] }
    } else if (open !== null && open.imageIds.length < mostItems) open.imageIds.push(...value.imageIds)
  }
  if (open !== null) yield open
}
