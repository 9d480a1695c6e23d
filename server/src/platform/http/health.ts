import { healthSchema, type PartState, readinessSchema } from '@rendition/contract'
import type { Metrics } from '../telemetry/metrics.ts'
import { textAnswer } from './answers.ts'
import type { App } from './app.ts'
import { anyone } from './rights.ts'

export interface HealthOptions {
  version: string
  /** Each part by name. */
  parts: Readonly<Record<string, Part>>
  /** True from the first signal to stop: load balancers must look elsewhere before the listener closes. */
  stopping: () => boolean
  metrics: Metrics
}

export interface Part {
  /** Throws, or takes too long, while the part is away; throws `Degraded` where only something of it is. */
  check: () => Promise<void>
  /** What is left undone while it is away; without it the process is then unready. Public. */
  without?: string
}

/** A part is not what it should be, and the process goes on answering; the text is public. */
export class Degraded extends Error {
  override readonly name = 'Degraded'
}

const checkTimeoutMs = 2_000
/** A frozen part that is not needed must not cost the answer: a probe has a second, where nobody says otherwise. */
const degradedAfterMs = 700

/** Liveness, readiness and metrics: the routes every process answers. */
export function registerHealth(app: App, options: HealthOptions): void {
  const config = { limit: 'none' as const, rights: anyone }
  const health = (operationId: string) => ({
    config,
    schema: {
      tags: ['operations'],
      operationId,
      summary: 'Liveness of this process',
      response: { 200: healthSchema },
    },
    handler: async () => ({ status: 'ok' as const, version: options.version, uptime: process.uptime() }),
  })
  app.get('/health', health('getHealth'))
  app.get('/api/health', health('getApiHealth'))

  app.get(
    '/ready',
    {
      config,
      schema: {
        tags: ['operations'],
        operationId: 'getReadiness',
        summary: 'Readiness: each part by name',
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_request, reply) => {
      const checks = Object.entries(options.parts).map(
        async ([name, part]) => [name, await stateOf(part)] as const,
      )
      const parts = Object.fromEntries(await Promise.all(checks))
      const ready = !options.stopping() && Object.values(parts).every((part) => part.status !== 'down')
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? ('ready' as const) : ('unready' as const), parts })
    },
  )

  app.get(
    '/metrics',
    {
      config,
      schema: {
        tags: ['operations'],
        operationId: 'getMetrics',
        summary: 'Prometheus metrics',
        response: { 200: textAnswer('text/plain', 'In the text format.') },
      },
    },
    async (_request, reply) => {
      const { contentType, body } = await options.metrics.scrape()
      return reply.type(contentType).send(body)
    },
  )
}

/** How a part is, asked now. */
export async function stateOf({ check, without }: Part): Promise<PartState> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const ms = without === undefined ? checkTimeoutMs : degradedAfterMs
    timer = setTimeout(() => reject(new Error('no answer')), ms)
  })
  try {
    await Promise.race([check(), late])
    return { status: 'ok' }
  } catch (error) {
    if (error instanceof Degraded) return { status: 'degraded', detail: error.message }
    if (without !== undefined) return { status: 'degraded', detail: `not reachable: ${without}` }
    return { status: 'down', detail: 'not reachable' }
  } finally {
    clearTimeout(timer)
  }
}
