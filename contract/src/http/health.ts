import { z } from 'zod'

export const healthSchema = z
  .object({ status: z.literal('ok'), version: z.string(), uptime: z.number().describe('Seconds.') })
  .meta({ id: 'Health' })

export const partStateSchema = z.object({
  status: z.enum(['ok', 'down']),
  detail: z.string().optional(),
})

export const readinessSchema = z
  .object({ status: z.enum(['ready', 'unready']), parts: z.record(z.string(), partStateSchema) })
  .meta({ id: 'Readiness' })
