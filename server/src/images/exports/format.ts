import {
  imageMetadataSchema,
  publicOriginalSchema,
  savedSearchRequestSchema,
  visibilitySchema,
} from '@rendition/contract'
import { z } from 'zod'

/**
 * What an export says beside its pictures: lines of JSON, in the files below `images/` and `albums/`. An image
 * comes first, then its originals, then its versions. Fields that a later version adds are passed over.
 */

/** Of the whole archive, in `export.json`. */
export const headSchema = z.object({
  format: z.literal('rendition-export'),
  formatVersion: z.literal(1),
  createdAt: z.iso.datetime(),
  /** `original`, or the preset that its pictures are in. */
  pictures: z.string(),
  images: z.number().int(),
  leftOut: z.number().int(),
  albums: z.number().int(),
})
export type ExportHead = z.infer<typeof headSchema>

/** As they are kept: other programs write capitals. */
const id = z.uuid().toLowerCase()
const time = z.iso.datetime().transform((text) => new Date(text))
const number = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31 - 1)
const versionNumber = number
const file = z.string().max(1024).nullable()

const imageLine = z.object({
  is: z.literal('image'),
  id,
  name: z.string().min(1).max(255),
  visibility: visibilitySchema,
  publicOriginal: publicOriginalSchema.nullable(),
  tags: z.array(z.string().min(1).max(64)).max(50),
  altText: z.string().max(2000).nullable(),
  focalPoint: z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) }).nullable(),
  favourite: z.boolean(),
  rating: z.number().int().min(0).max(5),
  archived: z.boolean(),
  version: versionNumber,
  lastVersion: versionNumber,
  redo: z.array(versionNumber).max(100_000),
  uploadedAt: time,
  /** In the preset of the export, where it is one. */
  picture: file,
})

const originalLine = z.object({
  is: z.literal('original'),
  /** The version that brought it. */
  of: versionNumber,
  file,
  size: z.number().int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  contentType: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  /** To read: an import takes it from the file. */
  metadata: imageMetadataSchema.nullable(),
})

const versionLine = z.object({
  is: z.literal('version'),
  version: versionNumber,
  parent: versionNumber.nullable(),
  cause: z.enum(['upload', 'replace', 'transform', 'restore']),
  /** Which original it starts from, by its `of`. */
  original: versionNumber,
  recipe: z.unknown(),
  /** What the recipe lays over, as it was. */
  assets: z.array(z.object({ imageId: id, digest: z.string().regex(/^[0-9a-f]{1,64}$/), file })).max(32),
  width: number,
  height: number,
  createdAt: time,
})

const albumLine = z.object({
  is: z.literal('album'),
  id,
  name: z.string().min(1).max(200),
  description: z.string().max(2000).nullable(),
  coverImageId: id.nullable(),
  createdAt: time,
  updatedAt: time,
})

/** Images of the album before it, in their order. */
const itemsLine = z.object({ is: z.literal('items'), imageIds: z.array(id).max(1_000) })

export const imagesLineSchema = z.discriminatedUnion('is', [imageLine, originalLine, versionLine])
export const albumsLineSchema = z.discriminatedUnion('is', [albumLine, itemsLine])

const { name: savedName, q, sort } = savedSearchRequestSchema.shape
/** A search that is kept; in a file of its own, where there are any. */
export const searchLineSchema = z.object({
  is: z.literal('search'),
  id,
  name: savedName,
  q,
  /** Archives from before searches had an order have none. */
  sort,
  createdAt: time,
  updatedAt: time,
})

export type SearchLine = z.infer<typeof searchLineSchema>
export type SearchesLine = z.input<typeof searchLineSchema>
export type ImageLine = z.infer<typeof imageLine>
export type OriginalLine = z.infer<typeof originalLine>
export type VersionLine = z.infer<typeof versionLine>
export type AlbumLine = z.infer<typeof albumLine>
export type ImagesLine = z.input<typeof imagesLineSchema>
export type AlbumsLine = z.input<typeof albumsLineSchema>

export const headName = 'export.json'
const numbered = (n: number): string => `${String(n).padStart(6, '0')}.jsonl`
export const imagesPartName = (n: number): string => `images/${numbered(n)}`
export const albumsPartName = (n: number): string => `albums/${numbered(n)}`
export const searchesName = 'searches.jsonl'
export const isImagesPart = (name: string): boolean => /^images\/\d{6,}\.jsonl$/.test(name)
export const isAlbumsPart = (name: string): boolean => /^albums\/\d{6,}\.jsonl$/.test(name)

export const linesOf = (lines: readonly (ImagesLine | AlbumsLine | SearchesLine)[]): Buffer =>
  Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
