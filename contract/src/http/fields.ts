import { z } from 'zod'

/**
 * In one case from the door on: as text, an id in capitals would be another than the same id in the database, and
 * whoever compares the two would be fooled.
 */
export const idSchema = z
  .uuid()
  .overwrite((id) => id.toLowerCase())
  .describe('A UUIDv7.')
const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Whether text that no schema judged, a cursor's or a path's, may be an id of ours. */
export const isId = (text: string): boolean => idPattern.test(text)

/** The languages that the page and the mails are in. */
export const languageSchema = z.enum(['en', 'de'])
export type Language = z.infer<typeof languageSchema>

export const timeSchema = z.iso.datetime().max(40).describe('ISO 8601, UTC.')

/**
 * NUL and half of a surrogate pair are in JSON text and in no database's. The pattern can be published: generators of
 * every language read it, and none of them makes half of a pair.
 */
const unstorable = 'must hold no NUL and no half of a surrogate pair'
const wellFormed = (text: string): boolean => !/\p{Cs}/u.test(text)
/** Text that is stored. Every field that is kept begins here, not with `z.string()`. */
export const textSchema = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is refused.
  .regex(/^[^\u0000]*$/, unstorable)
  .refine(wellFormed, unstorable)
/** Where a webhook goes. */
export const webhookUrlSchema = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is refused.
  .regex(/^[Hh][Tt]{2}[Pp][Ss]?:\/\/[^\u0000]+$/, { error: 'must be an http or https URL' })
  .refine(wellFormed, unstorable)
/** Where a picture is fetched from. */
export const importUrlSchema = textSchema.min(1).max(2048).describe('A public http or https address.')

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
