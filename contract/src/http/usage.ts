import { z } from 'zod'

const count = z.number().int()

/** What was done for an account on one day. */
export const usageDaySchema = z
  .object({
    day: z.iso.date().describe('UTC.'),
    uploads: count.describe('Pictures that were added.'),
    uploadedBytes: count,
    renders: count.describe('Renditions that were made, for a URL or by a job.'),
    deliveries: count.describe('Pictures that were answered, also with 304.'),
    deliveredBytes: count,
  })
  .meta({ id: 'UsageDay' })
export type UsageDay = z.infer<typeof usageDaySchema>

export const usageSchema = z
  .object({
    images: count.describe('Held now.'),
    bytes: count.describe('Of originals held now.'),
    limits: z
      .object({ images: count.nullable(), bytes: count.nullable() })
      .describe('At most; null for no limit.'),
    from: z.iso.date().describe('The first day that was asked for.'),
    days: z
      .array(usageDaySchema)
      .describe('Days on which something was counted, oldest first; today is some seconds behind.'),
  })
  .meta({ id: 'Usage' })
export type Usage = z.infer<typeof usageSchema>

const mostDays = 366

export const usageQuerySchema = z.object({
  days: z.coerce.number().int().min(1).max(mostDays).default(30).describe('So many, with today.'),
})
export type UsageQuery = z.output<typeof usageQuerySchema>
