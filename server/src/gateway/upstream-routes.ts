import type { App } from '../platform/http/app.ts'
import type { Balancer } from './balancer.ts'
import type { HttpProxy } from './proxy.ts'
import type { Tunnels } from './tunnel.ts'

/** The roles the gateway sends requests to. */
export const upstreamNames = ['auth', 'api', 'delivery'] as const
export type UpstreamName = (typeof upstreamNames)[number]

/** Which role answers what. A more exact row wins over a wildcard, so order does not matter. */
const routes: Readonly<Record<UpstreamName, readonly string[]>> = {
  auth: ['/api/auth/*', '/api/admin/*', '/.well-known/jwks.json'],
  delivery: ['/images/:id', '/api/images/:id/explain', '/api/images/:id/markup'],
  api: [
    '/api/images',
    '/api/images/*',
    '/api/jobs',
    '/api/jobs/*',
    '/api/uploads',
    '/api/uploads/*',
    '/api/webhooks',
    '/api/webhooks/*',
    '/api/events',
    '/api/events/*',
  ],
}

/** Whether a role takes WebSocket upgrades at a path. */
export const takesUpgrades = (path: string): boolean => path === '/api/events'

/** Mounts the proxied routes; roles that run in this process have no balancer and mount their own. */
export async function registerUpstreams(
  app: App,
  balancers: Partial<Record<UpstreamName, Balancer>>,
  proxy: HttpProxy,
  tunnels: Tunnels,
): Promise<void> {
  await app.register(async (scope) => {
    // Bodies pass through as they come, whatever they claim to be.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    for (const name of upstreamNames) {
      const balancer = balancers[name]
      if (balancer === undefined) continue
      for (const url of routes[name]) {
        scope.all(url, { schema: { hide: true } }, (request, reply) =>
          tunnels.asked(request)
            ? tunnels.open(request, reply, balancer)
            : proxy.forward(request, reply, balancer),
        )
      }
    }
  })
}
