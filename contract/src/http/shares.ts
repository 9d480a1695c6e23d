import { z } from 'zod'
import { listOf } from '../bounds.ts'
import { selectionLimit } from './albums.ts'
import { idSchema, pageQuerySchema, textSchema, timeSchema } from './fields.ts'
import { rejectedFileSchema, sizeSchema } from './images.ts'

/** Shares of one account. */
export const sharesLimit = 1_000

export const shareTypeSchema = z.enum(['image', 'album', 'selection'])

const sizesOut = z
  .array(z.string())
  .describe('Presets by which its pictures are given; `original` among them or not.')

export const shareSchema = z
  .object({
    id: idSchema,
    type: shareTypeSchema,
    albumId: idSchema.nullable().describe('The album it opens; null for an image or a selection.'),
    title: z
      .string()
      .nullable()
      .describe('What guests read above it; null for the name of the album, or none.'),
    imageCount: z.number().int().describe('Images that a guest is shown now.'),
    sizes: sizesOut,
    downloads: z.boolean().describe('Guests are offered each picture as a file.'),
    uploads: z.boolean().describe("Guests may add pictures to the album; they count in its owner's quota."),
    hasPassword: z.boolean(),
    expiresAt: timeSchema.nullable().describe('null where it ends only when it is revoked.'),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Share' })
export type Share = z.infer<typeof shareSchema>

export const createdShareSchema = shareSchema
  .extend({
    token: z.string().describe('Opens it. Told this once: only its hash is kept.'),
    url: z.url().describe('The page for guests. Told this once.'),
  })
  .meta({ id: 'CreatedShare' })
export type CreatedShare = z.infer<typeof createdShareSchema>

export const presetName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the name of a preset')
const title = textSchema.trim().min(1).max(200).nullable().optional()
const password = textSchema
  .min(4)
  .max(128)
  .nullable()
  .optional()
  .describe('Guests are asked for it; null for none.')
const sizes = listOf(presetName, 50, 'presets', 1)
  .optional()
  .describe(
    'Presets, and `original` for the file itself without its place. Every preset where nothing is said.',
  )
const expiresAt = timeSchema.nullable().optional().describe('When it ends; null for never.')
const choices = {
  title,
  expiresAt,
  password,
  sizes,
  downloads: z.boolean().optional(),
  uploads: z.boolean().optional(),
}

export const shareRequestSchema = z
  .strictObject({
    imageId: idSchema.optional(),
    albumId: idSchema.optional().describe('What is put in and taken out later counts.'),
    imageIds: listOf(idSchema, selectionLimit, 'ids', 1).optional().describe('A selection, in this order.'),
    ...choices,
  })
  .refine(
    (request) =>
      [request.imageId, request.albumId, request.imageIds].filter((target) => target !== undefined).length ===
      1,
    { error: 'must name one of imageId, albumId and imageIds' },
  )
  .meta({
    oneOf: ['imageId', 'albumId', 'imageIds'].map((target, _, targets) => ({
      required: [target],
      not: { anyOf: targets.filter((other) => other !== target).map((other) => ({ required: [other] })) },
    })),
  })
export type ShareRequest = z.infer<typeof shareRequestSchema>

export const shareChangeSchema = z.strictObject(choices)
export type ShareChange = z.infer<typeof shareChangeSchema>

export const shareListQuerySchema = pageQuerySchema.extend({
  albumId: idSchema.optional().describe('Only those that open this album.'),
  imageId: idSchema.optional().describe('Only those that open this image by itself or in a selection.'),
})

/** What stands in a path for a share: 32 random bytes. Anything else is the token of none. */
export const shareTokenSchema = z
  .string()
  .regex(/^[\w-]{43}$/)
  .describe('The token of a share.')

export const sharedSchema = z
  .object({
    locked: z.boolean().describe('A password is asked for first: nothing else is told before.'),
    share: z
      .object({
        type: shareTypeSchema,
        title: z.string().nullable(),
        imageCount: z.number().int(),
        sizes: z
          .array(z.string())
          .describe('Those of its sizes that there are; none where it shows nothing any more.'),
        downloads: z.boolean(),
        uploads: z.boolean(),
        expiresAt: timeSchema.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Shared' })
export type Shared = z.infer<typeof sharedSchema>

export const sharedImageSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    altText: z.string().nullable(),
    width: z.number().int(),
    height: z.number().int(),
    placeholder: z.object({ thumbhash: z.string(), color: z.string() }).nullable(),
    sizes: z
      .record(z.string(), sizeSchema)
      .describe('Those that the share allows and that are made. Their URLs end with the share.'),
    downloads: z
      .record(z.string(), z.string())
      .describe('By size, URLs that save the picture as a file; none where the share offers none.'),
  })
  .meta({ id: 'SharedImage' })
export type SharedImage = z.infer<typeof sharedImageSchema>

export const unlockRequestSchema = z.strictObject({ password: z.string().min(1).max(128) })
export const unlockedSchema = z
  .object({
    pass: z.string().describe('Goes with what is asked next, as X-Share-Pass.'),
    expiresAt: timeSchema,
  })
  .meta({ id: 'SharePass' })
export type Unlocked = z.infer<typeof unlockedSchema>

export const guestUploadSchema = z
  .object({
    images: z.array(z.object({ id: idSchema, name: z.string() })),
    rejected: z.array(rejectedFileSchema),
  })
  .meta({ id: 'GuestUpload' })
export type GuestUpload = z.infer<typeof guestUploadSchema>

/** Carries what `unlock` gave. */
export const sharePassHeader = 'x-share-pass'
