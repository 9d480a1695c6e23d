import { jobRequestBytes } from '@rendition/contract'
import type { App } from '../platform/http/app.ts'
import { judgedByHandler } from '../platform/http/rights.ts'
import type { Balancer } from './balancer.ts'
import type { HttpProxy } from './proxy.ts'
import type { Tunnels } from './tunnel.ts'

/** The roles the gateway sends requests to. */
export const upstreamNames = ['auth', 'api', 'delivery'] as const
export type UpstreamName = (typeof upstreamNames)[number]

/** Which role answers what. A more exact row wins over a wildcard, so order does not matter. */
export const upstreamRoutes: Readonly<Record<UpstreamName, readonly string[]>> = {
  auth: ['/api/auth/*', '/api/admin/*', '/.well-known/jwks.json'],
  delivery: ['/images/:id', '/api/images/:id/explain', '/api/images/:id/markup'],
  api: [
    '/api/images',
    '/api/images/*',
    '/api/uploads',
    '/api/uploads/*',
    // Words and no bytes, where a name would be taken for an upload's.
    '/api/uploads/direct',
    '/api/albums',
    '/api/albums/*',
    '/api/searches',
    '/api/searches/*',
    '/api/shares',
    '/api/shares/*',
    '/api/exports',
    '/api/exports/*',
    '/api/receipts',
    '/api/receipts/*',
    '/.well-known/receipt-keys.json',
    '/api/presets',
    '/api/presets/*',
    '/api/shared/*',
    '/api/jobs',
    '/api/jobs/*',
    '/api/webhooks',
    '/api/webhooks/*',
    '/api/events',
    '/api/events/*',
    ...[
      'history',
      'jobs',
      'jobs/*',
      'lanes',
      'lanes/*',
      'processes',
      'purges',
      'releases',
      'settings',
      'storage',
    ].map((name) => `/api/admin/${name}`),
  ],
}

/** Whether a role takes WebSocket upgrades at a path. */
export const takesUpgrades = (path: string): boolean => path === '/api/events'

/**
 * What brings bytes of any number, and passes on as it comes. Every other body is read to its end first: it is small,
 * and one that comes slowly must not hold a place at an endpoint.
 */
export const streamed: readonly { method: 'POST' | 'PATCH'; url: string }[] = [
  { method: 'POST', url: '/api/images' },
  { method: 'POST', url: '/api/images/upload' },
  { method: 'POST', url: '/api/images/archive' },
  { method: 'POST', url: '/api/images/:id/replace' },
  { method: 'POST', url: '/api/shared/:token/images' },
  { method: 'POST', url: '/api/uploads' },
  { method: 'POST', url: '/api/uploads/:id' },
  { method: 'PATCH', url: '/api/uploads/:id' },
  { method: 'POST', url: '/api/shared/:token/uploads' },
  { method: 'POST', url: '/api/shared/:token/uploads/:id' },
  { method: 'PATCH', url: '/api/shared/:token/uploads/:id' },
]

/** Mounts the proxied routes; roles that run in this process have no balancer and mount their own. */
export async function registerUpstreams(
  app: App,
  balancers: Partial<Record<UpstreamName, Balancer>>,
  proxy: HttpProxy,
  tunnels: Tunnels,
): Promise<void> {
  const { api } = balancers
  if (api !== undefined) {
    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
      for (const { method, url } of streamed) {
        scope.route({
          method,
          url,
          config: { limit: 'elsewhere', rights: judgedByHandler(), streamsBody: true, forwards: true },
          schema: { hide: true },
          handler: (request, reply) => proxy.forward(request, reply, api),
        })
      }
    })
  }
  await app.register(async (scope) => {
    // Whatever they claim to be: the endpoint judges them.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const name of upstreamNames) {
      const balancer = balancers[name]
      if (balancer === undefined) continue
      for (const url of upstreamRoutes[name]) {
        // Without what is streamed: a route can be mounted once.
        const taken = streamed.filter((row) => row.url === url).map(({ method }): string => method)
        scope.route({
          method: scope.supportedMethods.filter((method) => !taken.includes(method)),
          url,
          // As its role has it: what may be large takes more of the room for unfinished bodies.
          ...(url === '/api/jobs' ? { bodyLimit: jobRequestBytes } : {}),
          // The role verifies the caller itself.
          config: { limit: 'elsewhere', rights: judgedByHandler(), forwards: true },
          schema: { hide: true },
          handler: (request, reply) =>
            tunnels.asked(request)
              ? tunnels.open(request, reply, balancer)
              : proxy.forward(request, reply, balancer),
        })
      }
    }
  })
}
