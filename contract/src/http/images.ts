import { z } from 'zod'
import { idSchema, pageQuerySchema, timeSchema } from './common.ts'

export const imageStatusSchema = z.enum(['pending', 'processing', 'complete', 'failed'])
export type ImageStatus = z.infer<typeof imageStatusSchema>
export const visibilitySchema = z.enum(['private', 'public'])
export type Visibility = z.infer<typeof visibilitySchema>

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
    contentType: z.string(),
    width: z.number().int().describe('Pixels, upright.'),
    height: z.number().int().describe('Pixels, upright.'),
    size: z.number().int().describe('Bytes of the original.'),
    sha256: z.string(),
    orientation: z.number().int().describe('EXIF orientation of the original, 1 to 8.'),
    sizes: z.record(z.string(), sizeSchema).describe('The presets that are ready, by name.'),
    placeholder: z.object({ thumbhash: z.string().describe('base64'), color: z.string() }).nullable(),
    focalPoint: focalPointSchema.nullable(),
    altText: z.string().nullable(),
    tags: z.array(z.string()),
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

export const uploadBatchSchema = z
  .object({ images: z.array(uploadedImageSchema), rejected: z.array(rejectedFileSchema) })
  .meta({ id: 'UploadBatch' })
export type UploadBatch = z.infer<typeof uploadBatchSchema>

export const imageSortSchema = z.enum(['newest', 'oldest', 'name', 'size'])

export const imageListQuerySchema = pageQuerySchema.extend({
  status: imageStatusSchema.optional(),
  tag: z.string().max(64).optional(),
  visibility: visibilitySchema.optional(),
  q: z.string().max(200).optional().describe('A part of the name.'),
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

export const tagsSchema = z.array(z.string().trim().min(1).max(64)).max(50)

export const imageChangeSchema = z.strictObject({
  originalName: z.string().trim().min(1).max(255).optional(),
  tags: tagsSchema.optional(),
  visibility: visibilitySchema.optional(),
  focalPoint: focalPointSchema.nullable().optional(),
  altText: z.string().max(2000).nullable().optional(),
})
