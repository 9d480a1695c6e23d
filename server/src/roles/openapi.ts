import fastifySwagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { registerOlderAnswers } from '../gateway/index.ts'
import { createApp } from '../platform/http/app.ts'
import { registerHealth } from '../platform/http/health.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { createMetrics } from '../platform/telemetry/metrics.ts'
import { type Config, roleNames } from './config.ts'
import type { Rooms } from './rooms.ts'
import { registerRoles } from './routes.ts'

/** The OpenAPI document of the whole service, from the routes as they are mounted; nothing is started or called. */
export async function describeApi(version: string, config: Config): Promise<Record<string, unknown>> {
  const app = createApp({
    logger: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 0,
  })
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rendition',
        version,
        description: 'Upload an image once, get every resolution of it, at a URL, at once.',
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
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  await app.register(async (scope) => {
    const inner = scope as unknown as typeof app
    const metrics = createMetrics({ processMetrics: false })
    registerHealth(inner, { version, metrics, stopping: () => false, parts: {} })
    await registerRoles(inner, roleNames, inertRooms(), config)
    registerOlderAnswers(inner, async () => ({ status: 501, headers: {}, body: Buffer.alloc(0) }))
  })
  await app.ready()
  const document = app.swagger() as Record<string, unknown>
  await app.close()
  return document
}

/** Routes only hold on to their rooms until a request comes, and none comes. */
function inertRooms(): Rooms {
  const inert: object = new Proxy(() => undefined, {
    get: (_target, name) => (name === 'then' ? undefined : inert),
  })
  return inert as Rooms
}
