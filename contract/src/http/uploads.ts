import { z } from 'zod'
import { idSchema, textSchema, timeSchema, webhookUrlSchema } from './fields.ts'
import { foldersSchema, tagsSchema, visibilitySchema } from './images.ts'
import { duplicatePolicySchema } from './library.ts'

/** A resumable upload that has not become an image yet. */
export const uploadSchema = z
  .object({
    id: idSchema,
    url: z.string().describe('Where the rest goes to, by PATCH.'),
    kind: z
      .enum(['whole', 'partial', 'final', 'direct', 'archive'])
      .describe(
        'A final upload is made of partial ones, which become no images of their own; a direct one goes to the storage, not by tus; an archive becomes the images in it.',
      ),
    originalName: z.string(),
    visibility: visibilitySchema,
    offset: z.number().int().describe('Bytes that are there.'),
    length: z.number().int().nullable().describe('Bytes in the end; null while the client has not said.'),
    createdAt: timeSchema,
    expiresAt: timeSchema.describe('When it is removed, unless more of it comes before.'),
  })
  .meta({ id: 'Upload' })
export type Upload = z.infer<typeof uploadSchema>

/** Of a file that the client will send to the storage itself. */
export const directRequestSchema = z.strictObject({
  size: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).describe('Bytes; another size is refused.'),
  contentType: z
    .string()
    .max(100)
    .regex(/^image\/[a-z0-9.+-]+$/)
    .optional()
    .describe('Where given, a file of another type is refused.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('In hex. Where given, other bytes are refused.'),
  originalName: textSchema.trim().min(1).max(255).optional(),
  visibility: visibilitySchema.optional(),
  tags: tagsSchema.optional(),
  keywordsAsTags: z.boolean().optional().describe('Whether keywords in the file become tags.'),
  duplicates: duplicatePolicySchema.optional(),
  relativePath: textSchema.max(1_024).optional().describe('With the folders that the file came in.'),
  folders: foldersSchema.optional(),
  webhookUrl: webhookUrlSchema.optional(),
})
export type DirectRequest = z.infer<typeof directRequestSchema>

export const directUploadSchema = z
  .object({
    id: idSchema,
    url: z.string().describe('Asked again by GET, given up by DELETE.'),
    completeUrl: z.string().describe('Where to POST when every part is there.'),
    partSize: z.number().int().describe('Bytes of every part but the last.'),
    parts: z
      .array(
        z.object({
          number: z.number().int().describe('From 1.'),
          size: z.number().int().describe('Bytes, exactly.'),
          url: z
            .string()
            .describe('Where to PUT them, without any credential; a link that is not to be shared.'),
        }),
      )
      .describe('Those that are not there yet.'),
    linksExpireAt: timeSchema.describe('Of the links; ask again for new ones.'),
    expiresAt: timeSchema.describe('When it is removed, unless it is complete before.'),
  })
  .meta({ id: 'DirectUpload' })
export type DirectUpload = z.infer<typeof directUploadSchema>
