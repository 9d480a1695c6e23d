import { healthSchema, readinessSchema } from '@rendition/contract'
import type { Metrics } from '../telemetry/metrics.ts'
import type { App } from './app.ts'

export interface HealthOptions {
  version: string
  /** Each part by name; a check that throws or takes over two seconds makes the process unready. */
  parts: Readonly<Record<string, () => Promise<void>>>
  /** True from the first signal to stop: load balancers must look elsewhere before the listener closes. */
  stopping: () => boolean
  metrics: Metrics
}

const checkTimeoutMs = 2_000

/** Liveness, readiness and metrics: the routes every process answers. */
export function registerHealth(app: App, options: HealthOptions): void {
  const health = {
    schema: { tags: ['operations'], summary: 'Liveness of this process', response: { 200: healthSchema } },
    handler: async () => ({ status: 'ok' as const, version: options.version, uptime: process.uptime() }),
  }
  app.get('/health', health)
  app.get('/api/health', health)

  app.get(
    '/ready',
    {
      schema: {
        tags: ['operations'],
        summary: 'Readiness: each part by name',
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_request, reply) => {
      const checks = Object.entries(options.parts).map(
        async ([name, check]) => [name, await stateOf(check)] as const,
      )
      const parts = Object.fromEntries(await Promise.all(checks))
      const ready = !options.stopping() && Object.values(parts).every((part) => part.status === 'ok')
      reply.header('cache-control', 'no-store')
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? ('ready' as const) : ('unready' as const), parts })
    },
  )

  app.get(
    '/metrics',
    { schema: { tags: ['operations'], summary: 'Prometheus metrics' } },
    async (_request, reply) => {
      const { contentType, body } = await options.metrics.scrape()
      return reply.type(contentType).send(body)
    },
  )
}

async function stateOf(
  check: () => Promise<void>,
): Promise<{ status: 'ok' } | { status: 'down'; detail: string }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), checkTimeoutMs)
  })
  try {
    await Promise.race([check(), late])
    return { status: 'ok' }
  } catch {
    return { status: 'down', detail: 'not reachable' }
  } finally {
    clearTimeout(timer)
  }
}
