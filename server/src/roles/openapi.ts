import fastifySwagger from '@fastify/swagger'
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { registerOlderAnswers } from '../gateway/index.ts'
import { type App, createApp } from '../platform/http/app.ts'
import { describeRoute } from '../platform/http/describe-route.ts'
import { type Description, finishDescription } from '../platform/http/finish-description.ts'
import { registerHealth } from '../platform/http/health.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { createMetrics } from '../platform/telemetry/metrics.ts'
import { type Config, roleNames } from './config.ts'
import type { Rooms } from './rooms.ts'
import { registerRoles } from './routes.ts'

/** The OpenAPI document of the whole service, from the routes as they are mounted; nothing is started or called. */
export async function describeApi(version: string, config: Config): Promise<Description> {
  const app = createApp({
    log: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 0,
  })
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rendition',
        version,
        description:
          'Upload an image once, get every resolution of it, at a URL, at once.\n\nAn empty value of a query, an empty field of a form ' +
          'and a null in JSON count as absent wherever they mean nothing.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
      security: [{ token: [] }, { apiKey: [] }],
    },
    transform: describeRoute,
    transformObject: jsonSchemaTransformObject,
  })
  await app.register(async (scope) => {
    await mountInert(scope as unknown as typeof app, version, config)
  })
  await app.ready()
  const document = app.swagger()
  await app.close()
  return finishDescription(document as unknown as Description)
}

/** Every route as it is, before rooms in which nothing happens: what a request meets on its way to a handler. */
export async function mountInert(app: App, version: string, config: Config): Promise<void> {
  const metrics = createMetrics({ processMetrics: false })
  registerHealth(app, { version, metrics, stopping: () => false, parts: {} })
  await registerRoles(app, roleNames, inertRooms(), config)
  registerOlderAnswers(app, async () => ({ status: 501, headers: {}, body: Buffer.alloc(0) }))
}

/** Routes only hold on to their rooms until a request comes, and none comes. */
export function inertRooms(): Rooms {
  const inert: object = new Proxy(() => undefined, {
    get: (_target, name) => (name === 'then' ? undefined : inert),
  })
  return inert as Rooms
}
