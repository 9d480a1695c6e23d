import { z } from 'zod'

export const idSchema = z.uuid().describe('A UUIDv7.')
export const timeSchema = z.iso.datetime().describe('ISO 8601, UTC.')

/** NUL and half of a surrogate pair are in JSON text and in no database's. */
const storable = (text: string): boolean => !text.includes('\0') && !/\p{Cs}/u.test(text)
const unstorable = 'must hold no NUL and no half of a surrogate pair'
/** Text that is stored. Every field that is kept begins here, not with `z.string()`. */
export const textSchema = z.string().refine(storable, unstorable)
/** Where a webhook goes. */
export const webhookUrlSchema = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine(storable, unstorable)

/** Query of every list: newest first, opaque cursor. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: textSchema.max(200).optional(),
})
export type PageQuery = z.infer<typeof pageQuerySchema>

export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
