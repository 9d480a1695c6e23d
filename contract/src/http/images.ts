import { z } from 'zod'
import { listOf } from '../bounds.ts'
import { searchSchema } from '../search/schema.ts'
import {
  idSchema,
  importUrlSchema,
  pageQuerySchema,
  textSchema,
  timeSchema,
  webhookUrlSchema,
} from './fields.ts'
import { duplicatePolicySchema, markChanges, markFilters, ratingSchema } from './library.ts'
import { imageMetadataSchema } from './metadata.ts'

export const imageStatusSchema = z.enum(['pending', 'processing', 'complete', 'failed'])
export type ImageStatus = z.infer<typeof imageStatusSchema>
export const visibilitySchema = z.enum(['private', 'public'])
export type Visibility = z.infer<typeof visibilitySchema>

export const publicOriginalSchema = z
  .enum(['cleaned', 'untouched'])
  .describe(
    'What anyone gets of the original while the image is public: `cleaned` of places, serial numbers, notes of makers and what is unknown, pixels and length as they are; or `untouched`. The owner, and who has a URL signed for the original, always gets it byte for byte.',
  )
export type PublicOriginal = z.infer<typeof publicOriginalSchema>

export const sizeSchema = z
  .object({
    url: z.string().describe('Ready for <img src>; signed when the image is private.'),
    width: z.number().int(),
    height: z.number().int(),
    size: z.number().int().describe('Bytes.'),
    format: z.string(),
  })
  .meta({ id: 'Size' })
export type Size = z.infer<typeof sizeSchema>

export const focalPointSchema = z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) })
export type FocalPoint = z.infer<typeof focalPointSchema>

export const imageSchema = z
  .object({
    id: idSchema,
    originalName: z.string(),
    status: imageStatusSchema,
    visibility: visibilitySchema,
    publicOriginal: publicOriginalSchema,
    contentType: z.string(),
    width: z.number().int().describe('Pixels, upright.'),
    height: z.number().int().describe('Pixels, upright.'),
    size: z.number().int().describe('Bytes of the original.'),
    sha256: z.string(),
    orientation: z.number().int().describe('EXIF orientation of the original, 1 to 8.'),
    sizes: z
      .record(z.string(), sizeSchema)
      .describe('The presets that are ready, by name; none while the image is in the trash.'),
    placeholder: z.object({ thumbhash: z.string().describe('base64'), color: z.string() }).nullable(),
    palette: z
      .array(z.string())
      .describe(
        'The colours that make the picture, the most of it first, as `#rrggbb`; none while it is processed.',
      ),
    metadata: imageMetadataSchema
      .nullable()
      .describe('What the file says of the picture; null while it was not read, or when it cannot be.'),
    focalPoint: focalPointSchema.nullable(),
    altText: z.string().nullable(),
    tags: z.array(z.string()),
    favourite: z.boolean(),
    rating: ratingSchema,
    archived: z.boolean(),
    trashedAt: timeSchema.nullable().describe('Since when the image is in the trash.'),
    version: z.number().int(),
    jobId: idSchema.nullable(),
    uploadedAt: timeSchema,
    processedAt: timeSchema.nullable(),
    errorMessage: z.string().nullable(),
  })
  .meta({ id: 'Image' })
export type Image = z.infer<typeof imageSchema>

export const uploadedImageSchema = imageSchema
  .extend({ imageId: idSchema, jobId: idSchema, url: z.string(), message: z.string() })
  .meta({ id: 'UploadedImage' })
export type UploadedImage = z.infer<typeof uploadedImageSchema>

export const rejectedFileSchema = z
  .object({ originalName: z.string(), code: z.string(), detail: z.string() })
  .meta({ id: 'RejectedFile' })

export type RejectedFile = z.infer<typeof rejectedFileSchema>

export const uploadBatchSchema = z
  .object({ images: z.array(uploadedImageSchema), rejected: z.array(rejectedFileSchema) })
  .meta({ id: 'UploadBatch' })
export type UploadBatch = z.infer<typeof uploadBatchSchema>

/** Of a field of a form, in characters. */
export const longestFieldName = 200

export const foldersSchema = z
  .enum(['none', 'album', 'tags'])
  .describe(
    'What becomes of the folders that a file came in: nothing, an album with the name of the path (made where there is none), or a tag for each folder.',
  )
export type Folders = z.infer<typeof foldersSchema>

const file = z.any().meta({ type: 'string', format: 'binary' })
/**
 * The parts of an upload, to be published: `readMultipart` reads them. Any other name of a file does as well.
 */
export const uploadFormSchema = z
  .looseObject({
    image: file.describe('The picture.'),
    images: z.array(file).max(100).optional().describe('More pictures.'),
    visibility: visibilitySchema.optional(),
    tags: z
      .string()
      .max(3_000)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is refused.
      .regex(/^[^,\u0000]{0,64}(,[^,\u0000]{0,64}){0,49}$/)
      .optional()
      .describe('With commas between them; also a JSON list, or the field several times.'),
    keywordsAsTags: z
      .enum(['true', 'false'])
      .optional()
      .describe('Whether keywords in the file become tags; as the service is configured without it.'),
    duplicates: duplicatePolicySchema.optional(),
    folders: foldersSchema.optional(),
    webhookUrl: webhookUrlSchema.optional(),
  })
  .meta({ propertyNames: { maxLength: longestFieldName } })

/** The parts of an upload of an archive. */
export const archiveFormSchema = uploadFormSchema.omit({ image: true, images: true }).extend({
  archive: file.describe('The ZIP archive.'),
})

export const imageSortSchema = z
  .enum(['newest', 'oldest', 'name', 'size', 'taken', 'relevance'])
  .describe('`taken`: by when it was taken, the newest first. `relevance`: what fits the words of `q` best.')
export type ImageSort = z.infer<typeof imageSortSchema>

/** Which images are meant: by lists, and by changes of many. */
export const imageFilters = {
  status: imageStatusSchema.optional(),
  tag: textSchema.max(64).optional(),
  visibility: visibilitySchema.optional(),
  q: searchSchema.optional(),
  ...markFilters,
}

/** Of a list in the order of names, a whole name stands in it. */
const longestCursor = 2_400

export const imageListQuerySchema = pageQuerySchema.extend({
  ...imageFilters,
  cursor: textSchema.max(longestCursor).optional(),
  sort: imageSortSchema.default('newest'),
})

export const imageStatusViewSchema = z
  .object({
    id: idSchema,
    status: imageStatusSchema,
    jobId: idSchema.nullable(),
    progress: z.number().min(0).max(1),
    errorMessage: z.string().nullable(),
  })
  .meta({ id: 'ImageStatus' })
export type ImageStatusView = z.infer<typeof imageStatusViewSchema>

/** Of one image. */
export const mostTags = 50
export const tagsSchema = listOf(textSchema.trim().min(1).max(64), mostTags)

export const imageChangeSchema = z.strictObject({
  originalName: textSchema.trim().min(1).max(255).optional(),
  tags: tagsSchema.optional(),
  visibility: visibilitySchema.optional(),
  publicOriginal: publicOriginalSchema.optional(),
  focalPoint: focalPointSchema.nullable().optional(),
  altText: textSchema.max(2000).nullable().optional(),
  ...markChanges,
})
export type ImageChange = z.infer<typeof imageChangeSchema>

export const importRequestSchema = z.strictObject({
  url: importUrlSchema,
  visibility: visibilitySchema.optional(),
  tags: tagsSchema.optional(),
  originalName: textSchema.trim().min(1).max(255).optional(),
  keywordsAsTags: z.boolean().optional().describe('Whether keywords in the file become tags.'),
  duplicates: duplicatePolicySchema.optional(),
  webhookUrl: webhookUrlSchema.optional(),
})
export type ImportRequest = z.infer<typeof importRequestSchema>

export const placeholderSchema = z
  .object({
    thumbhash: z.string().nullable().describe('base64; null while the image is processed.'),
    color: z.string().nullable().describe('The dominant colour.'),
  })
  .meta({ id: 'Placeholder' })
export type Placeholder = z.infer<typeof placeholderSchema>

export const versionSchema = z
  .object({
    version: z.number().int(),
    parent: z.number().int().nullable().describe('The version this one was made from; undo goes there.'),
    base: z
      .number()
      .int()
      .describe('The version that is the original which `recipe` starts from, untouched by any step.'),
    current: z.boolean(),
    cause: z.enum(['upload', 'replace', 'transform', 'restore']),
    recipe: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('From the original; null for the original itself.'),
    status: imageStatusSchema,
    width: z.number().int(),
    height: z.number().int(),
    url: z.string(),
    createdAt: timeSchema,
  })
  .meta({ id: 'Version' })
export type Version = z.infer<typeof versionSchema>

export const renditionSchema = z
  .object({
    key: z.string().describe('The identity of the bytes: a hash of original, recipe and engine.'),
    kind: z
      .enum(['preset', 'delivery', 'job'])
      .describe('Part of the image, made for a URL, or made by a job.'),
    name: z.string().nullable().describe('Of the preset.'),
    version: z.number().int(),
    format: z.string(),
    contentType: z.string(),
    width: z.number().int(),
    height: z.number().int(),
    size: z.number().int().describe('Bytes.'),
    createdAt: timeSchema,
    usedAt: timeSchema,
    expiresAt: timeSchema.nullable(),
    asked: z
      .string()
      .nullable()
      .describe(
        'The parameters of the URL that it was made for, in one spelling; null where no URL asked for it first. `usedAt` is when one did last.',
      ),
  })
  .meta({ id: 'Rendition' })
export type Rendition = z.infer<typeof renditionSchema>

export const purgeSchema = z
  .object({ removed: z.number().int(), bytes: z.number().int() })
  .meta({ id: 'Purge' })
export type Purge = z.infer<typeof purgeSchema>
