import { z } from 'zod'
import { listOf } from '../bounds.ts'
import { idSchema, pageQuerySchema, textSchema, timeSchema } from './fields.ts'
import { imageSchema } from './images.ts'

/** Images that one request names. */
export const selectionLimit = 1_000
export const selectionSchema = listOf(idSchema, selectionLimit, 'ids', 1)

export const albumSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    description: z.string().nullable(),
    coverImageId: idSchema.nullable().describe('As chosen; null for the first image.'),
    cover: imageSchema.nullable().describe('The image that stands for the album; null while it is empty.'),
    imageCount: z.number().int().describe('Without those in the trash.'),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Album' })
export type Album = z.infer<typeof albumSchema>

const name = textSchema.trim().min(1).max(200)
const description = textSchema.max(2_000).nullable().optional()

export const albumRequestSchema = z.strictObject({
  name,
  description,
  imageIds: listOf(idSchema, selectionLimit, 'ids').optional().describe('Its first images, in this order.'),
})
export type AlbumRequest = z.infer<typeof albumRequestSchema>

export const albumChangeSchema = z.strictObject({
  name: name.optional(),
  description,
  coverImageId: idSchema.nullable().optional().describe('One of its images; null for the first one.'),
})
export type AlbumChange = z.infer<typeof albumChangeSchema>

export const albumListQuerySchema = pageQuerySchema.extend({
  imageId: idSchema.optional().describe('Only albums that hold this image.'),
})

const before = idSchema.nullable().optional().describe('In front of this image; at the end when absent.')

export const albumAdditionSchema = z.strictObject({ imageIds: selectionSchema, before })
export type AlbumAddition = z.infer<typeof albumAdditionSchema>
export const albumMoveSchema = z.strictObject({ imageIds: selectionSchema, before })
export const albumRemovalSchema = z.strictObject({ imageIds: selectionSchema })
