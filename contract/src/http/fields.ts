import { z } from 'zod'

export const idSchema = z.uuid().describe('A UUIDv7.')
export const timeSchema = z.iso.datetime().describe('ISO 8601, UTC.')

/** Query of every list: newest first, opaque cursor. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
})
export type PageQuery = z.infer<typeof pageQuerySchema>

export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
