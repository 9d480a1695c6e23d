import cors from '@fastify/cors'
import type { App } from '../platform/http/app.ts'
import { addVary, exposedHeaders } from '../platform/http/keeping.ts'
import { anyone, declareRights } from '../platform/http/rights.ts'
import { askWithin } from './ask-within.ts'
import { registerOlderAnswers } from './older-answers.ts'
import { type ApiDescription, registerReference } from './reference.ts'
import { registerWebApp, type WebApp } from './web-app.ts'

export { createBalancer } from './balancer.ts'
export { registerOlderAnswers } from './older-answers.ts'
export { registerOlderStatuses, rewriteOlderPath } from './older-paths.ts'
export { probeHealth } from './probe.ts'
export { createProxy } from './proxy.ts'
export { methodsDescribed, readApiDescription } from './reference.ts'
export { createTunnels } from './tunnel.ts'
export { registerUpstreams, takesUpgrades, type UpstreamName, upstreamNames } from './upstream-routes.ts'
export { openWebApp, workerFile } from './web-app.ts'

export interface GatewayOptions {
  webApp: WebApp
  description: ApiDescription
}

/** Lets pages of other sites call the API; none unless named. No cookies are used, so none are let through. */
export async function registerOtherOrigins(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  // Its one route answers what a browser asks before it calls.
  declareRights(app, anyone, ({ method, url }) => method === 'OPTIONS' && url === '*')
  const all = origins.includes('*')
  const options = {
    origin: all ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
    exposedHeaders: [...exposedHeaders],
    maxAge: 86_400,
  }
  await app.register(cors, {
    // Not every OPTIONS is a browser's question: tus asks what is understood.
    delegator: (request, done) => {
      const preflight = request.headers['access-control-request-method'] !== undefined
      done(null, { ...options, preflight })
    },
  })
  if (all) return
  // Said at the end: a route that lets any origin in varies by none, and one that names what decided its answer says it anew.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.removeHeader('vary')
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.getHeader('access-control-allow-origin') !== '*') addVary(reply, ['Origin'])
    done(null, payload)
  })
}

/** The front door: the older paths, the pages. */
export async function registerGateway(app: App, options: GatewayOptions): Promise<void> {
  registerOlderAnswers(app, askWithin(app))
  await app.register(async (scope) => {
    const pages = scope as unknown as App
    // Whatever file it is and whoever sends it: a page opened by another of its names is held to the same policy.
    pages.addHook('onSend', async (_request, reply) => {
      if (reply.hasHeader('content-security-policy')) return
      reply.header('content-security-policy', options.webApp.policy).header('referrer-policy', 'same-origin')
    })
    await registerReference(pages, options.description)
    await registerWebApp(pages, options.webApp)
  })
}
