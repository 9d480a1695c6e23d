import { readFile } from 'node:fs/promises'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { App } from '../platform/http/app.ts'
import { errorPage } from './error-page.ts'
import { pagePolicy } from './page-policy.ts'

/** `/api/openapi.json`, `/docs` and `/docs/errors`: the API for people and for tools. */
export async function registerReference(app: App, openApiFile: string): Promise<void> {
  const text = await readFile(openApiFile, 'utf8')
  const document = JSON.parse(text) as object
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json').serializer(String).send(text),
  )
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', pagePolicy([]))
      .send(errorPage()),
  )
  await app.register(fastifySwagger, { mode: 'static', specification: { document: document as never } })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    theme: { title: 'Rendition API' },
    uiConfig: { url: '/api/openapi.json', docExpansion: 'list', tryItOutEnabled: true },
  })
}
