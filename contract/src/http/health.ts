import { z } from 'zod'

export const healthSchema = z
  .object({ status: z.literal('ok'), version: z.string(), uptime: z.number().describe('Seconds.') })
  .meta({ id: 'Health' })

export const partStateSchema = z.object({
  status: z
    .enum(['ok', 'degraded', 'down'])
    .describe('`degraded`: something is not done, and the process answers all the same.'),
  detail: z.string().optional(),
})
export type PartState = z.infer<typeof partStateSchema>

export const readinessSchema = z
  .object({ status: z.enum(['ready', 'unready']), parts: z.record(z.string(), partStateSchema) })
  .meta({ id: 'Readiness' })
