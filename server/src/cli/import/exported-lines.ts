import { isFailure } from '@rendition/contract'
import type { z } from 'zod'
import {
  type AlbumLine,
  albumsLineSchema,
  type ExportedImage,
  imagesLineSchema,
  isAlbumsPart,
  isImagesPart,
  type SearchLine,
  searchesName,
  searchLineSchema,
} from '../../images/index.ts'
import { wordsOf } from '../../platform/config/words.ts'
import type { Originals } from '../../platform/storage/index.ts'
import { readLines } from './read-lines.ts'
import type { Outcome } from './tally.ts'

/** Versions and originals of one image that are held; nobody edits one so often. */
const mostLines = 100_000

type Line = z.output<typeof imagesLineSchema> | z.output<typeof albumsLineSchema> | SearchLine

/** A line, or why it is none. */
type Read<L> = { line: L } | { fault: Outcome; beginsAnother: boolean }

/** The lines of the parts of an archive, in the order of the parts. */
async function* linesOf<S extends z.ZodType<Line>>(
  archive: Originals,
  isPart: (name: string) => boolean,
  schema: S,
  signal: AbortSignal,
): AsyncGenerator<Read<z.output<S>>> {
  const names: string[] = []
  for await (const name of archive.list()) if (isPart(name)) names.push(name)
  for (const name of names.sort()) {
    try {
      for await (const { text, line } of readLines(await archive.open(name, signal))) {
        const fault = (note: string): Read<never> => ({
          fault: { subject: `${name} line ${line}`, is: 'refused', note },
          // Written first, so it can be told of what is no JSON.
          beginsAnother: /^\s*\{\s*"is"\s*:\s*"(image|album)"/.test(text ?? ''),
        })
        if (text === null) yield fault('it is longer than a line of an export')
        else yield judged(text, schema, fault)
      }
    } catch (error) {
      // Of a part that is damaged, what was read of it stands.
      if (!isFailure(error) || error.status >= 500 || signal.aborted) throw error
      yield { fault: { subject: name, is: 'refused', note: error.detail }, beginsAnother: false }
    }
  }
}

function judged<S extends z.ZodType>(
  text: string,
  schema: S,
  fault: (note: string) => Read<never>,
): Read<z.output<S>> {
  // What no database keeps in a text.
  if (text.includes('\\u0000')) return fault('it holds a character of no text, U+0000')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fault('it is no JSON')
  }
  const read = schema.safeParse(value)
  if (read.success) return { line: read.data }
  const [issue] = read.error.issues
  return fault(
    issue === undefined ? 'it is no line of an export' : `${issue.path.join('.')}: ${wordsOf(issue)}`,
  )
}

interface Grouping<H extends Line, L extends Line> {
  isHead: (line: H | L) => line is H
  nameOf: (head: H) => string
  /** What a line adds, of `most` that are held. */
  sizeOf: (line: L) => number
  most: number
  things: string
}

/**
 * What begins with a line of its own and goes on in those behind it. One with a line that cannot be read is told of and left
 * out, whole: it would come back as less than it was.
 */
async function* grouped<H extends Line, L extends Line>(
  lines: AsyncGenerator<Read<H | L>>,
  { isHead, nameOf, sizeOf, most, things }: Grouping<H, L>,
): AsyncGenerator<{ head: H; rest: L[] } | Outcome> {
  let open: { head: H; rest: L[] } | null = null
  /** Lines of what was left out are passed over. */
  let passing = false
  let held = 0
  for await (const read of lines) {
    if ('fault' in read) {
      yield read.fault
      if (open !== null)
        yield read.beginsAnother ? open : leftOut(nameOf(open.head), 'a line of it cannot be read')
      open = null
      passing = true
    } else if (isHead(read.line)) {
      if (open !== null) yield open
      open = { head: read.line, rest: [] }
      passing = false
      held = 0
    } else if (open === null) {
      if (!passing) yield leftOut('the first lines', 'they belong to nothing')
      passing = true
    } else {
      const line = read.line as L
      held += sizeOf(line)
      if (held <= most) open.rest.push(line)
      else {
        yield leftOut(nameOf(open.head), `it tells of more than ${most} ${things}`)
        open = null
        passing = true
      }
    }
  }
  if (open !== null) yield open
}

const leftOut = (subject: string, note: string): Outcome => ({ subject, is: 'refused', note })

/** Images with what belongs to each, and what could not be read of them. */
export async function* imagesOf(
  archive: Originals,
  signal: AbortSignal,
): AsyncGenerator<ExportedImage | Outcome> {
  type ImagesLine = z.output<typeof imagesLineSchema>
  type ImageLine = Extract<ImagesLine, { is: 'image' }>
  const grouping: Grouping<ImageLine, Exclude<ImagesLine, ImageLine>> = {
    isHead: (line) => line.is === 'image',
    nameOf: ({ name }) => name,
    sizeOf: () => 1,
    most: mostLines,
    things: 'versions',
  }
  const lines = linesOf(archive, isImagesPart, imagesLineSchema, signal)
  for await (const each of grouped(lines, grouping)) {
    if ('is' in each) {
      yield each
      continue
    }
    const { head: image, rest } = each
    yield {
      image,
      originals: rest.filter((line) => line.is === 'original'),
      versions: rest.filter((line) => line.is === 'version'),
    }
  }
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
  type AlbumsLine = z.output<typeof albumsLineSchema>
  const grouping: Grouping<AlbumLine, Exclude<AlbumsLine, AlbumLine>> = {
    isHead: (line) => line.is === 'album',
    nameOf: ({ name }) => `album ${name}`,
    sizeOf: ({ imageIds }) => 1 + imageIds.length,
    most: mostItems,
    things: 'images',
  }
  const lines = linesOf(archive, isAlbumsPart, albumsLineSchema, signal)
  for await (const each of grouped(lines, grouping)) {
    if ('is' in each) yield each
    else yield { album: each.head, imageIds: each.rest.flatMap(({ imageIds }) => imageIds) }
  }
}

/** Searches that were kept, and what could not be read of them. */
export async function* searchesOf(
  archive: Originals,
  signal: AbortSignal,
): AsyncGenerator<SearchLine | Outcome> {
  const isPart = (name: string): boolean => name === searchesName
  for await (const read of linesOf(archive, isPart, searchLineSchema, signal))
    yield 'fault' in read ? read.fault : read.line
}
