import fastifySwagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { expect, it } from 'vitest'
import { type App, createApp } from '../platform/http/app.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { registerAuth } from './routes.ts'
import type { Auth } from './types.ts'

interface Operation {
  summary?: string
  tags?: string[]
  security?: unknown[]
  responses: Record<string, { content?: Record<string, unknown> }>
}

it('describes every route with its summary, tags, credentials and answers', async () => {
  const app = createApp({
    logger: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 0,
  })
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'auth', version: '0' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  await app.register(async (scope) => registerAuth(scope as unknown as App, { admin: {} } as unknown as Auth))
  await app.ready()
  const document = app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }
  await app.close()
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
  )
  expect(operations).toHaveLength(22)
  for (const { name, summary, tags, security, responses } of operations) {
    expect(summary, name).toBeTruthy()
    expect(tags, name).toHaveLength(1)
    expect(security, name).toBeDefined()
    const statuses = Object.keys(responses).map(Number)
    expect(
      statuses.filter((status) => status < 300),
      name,
    ).toHaveLength(1)
    for (const status of statuses.filter((each) => each >= 400)) {
      expect(Object.keys(responses[status]?.content ?? {}), name).toEqual(['application/problem+json'])
    }
    if (security?.length) expect(statuses, name).toContain(401)
  }
})
