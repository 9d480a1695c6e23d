import { z } from 'zod'
import { idSchema, timeSchema } from './fields.ts'
import { visibilitySchema } from './images.ts'

/** A resumable upload that has not become an image yet. */
export const uploadSchema = z
  .object({
    id: idSchema,
    url: z.string().describe('Where the rest goes to, by PATCH.'),
    kind: z
      .enum(['whole', 'partial', 'final'])
      .describe('A final upload is made of partial ones, which become no images of their own.'),
    originalName: z.string(),
    visibility: visibilitySchema,
    offset: z.number().int().describe('Bytes that are there.'),
    length: z.number().int().nullable().describe('Bytes in the end; null while the client has not said.'),
    createdAt: timeSchema,
    expiresAt: timeSchema.describe('When it is removed, unless more of it comes before.'),
  })
  .meta({ id: 'Upload' })
export type Upload = z.infer<typeof uploadSchema>
