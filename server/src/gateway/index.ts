import cors from '@fastify/cors'
import type { App } from '../platform/http/app.ts'
import { askWithin } from './ask-within.ts'
import { registerOlderAnswers } from './older-answers.ts'
import { registerReference } from './reference.ts'
import { registerWebApp, type WebApp } from './web-app.ts'

export { createAdmission } from './admission.ts'
export { createBalancer } from './balancer.ts'
export { registerOlderAnswers } from './older-answers.ts'
export { rewriteOlderPath } from './older-paths.ts'
export { probeHealth } from './probe.ts'
export { createProxy } from './proxy.ts'
export { createTunnels } from './tunnel.ts'
export { registerUpstreams, takesUpgrades, type UpstreamName, upstreamNames } from './upstream-routes.ts'
export { openWebApp } from './web-app.ts'

export interface GatewayOptions {
  webApp: WebApp
  /** The generated OpenAPI document. */
  openApiFile: string
}

/** What a browser needs to read of an answer from another origin. */
const exposedHeaders = [
  'x-request-id',
  'location',
  'etag',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'x-image-id',
  'x-job-id',
  'upload-offset',
  'upload-length',
  'upload-expires',
  'tus-resumable',
  'cache-status',
  'server-timing',
]

/** Lets pages of other sites call the API; none unless named. No cookies are used, so none are let through. */
export async function registerOtherOrigins(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
    exposedHeaders,
    maxAge: 86_400,
  })
}

/** The front door: the older paths, the pages. */
export async function registerGateway(app: App, options: GatewayOptions): Promise<void> {
  registerOlderAnswers(app, askWithin(app))
  await registerReference(app, options.openApiFile)
  await registerWebApp(app, options.webApp)
}
