import { readFile } from 'node:fs/promises'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { App } from '../platform/http/app.ts'
import { anyone, declareRights } from '../platform/http/rights.ts'
import { errorPage } from './error-page.ts'

/** The generated OpenAPI document. */
export interface ApiDescription {
  text: string
  document: { paths: Readonly<Record<string, object>> }
}

export async function readApiDescription(file: string): Promise<ApiDescription> {
  const text = await readFile(file, 'utf8')
  return { text, document: JSON.parse(text) as ApiDescription['document'] }
}

/** The methods of a path by the description: those of the roles that run elsewhere, too. */
export function methodsDescribed({ document }: ApiDescription): (path: string) => string[] {
  const rows = Object.entries(document.paths).map(([path, operations]) => ({
    fits: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    exact: path,
    methods: Object.keys(operations).map((method) => method.toUpperCase()),
  }))
  return (path) => {
    const alone = rows.find(({ exact }) => exact === path)
    if (alone !== undefined) return alone.methods
    return rows.filter(({ fits }) => fits.test(path)).flatMap(({ methods }) => methods)
  }
}

/** `/api/openapi.json`, `/docs` and `/docs/errors`: the API for people and for tools. */
export async function registerReference(app: App, { text, document }: ApiDescription): Promise<void> {
  const open = { config: { limit: 'none' as const, rights: anyone }, schema: { hide: true } }
  app.get('/api/openapi.json', open, async (_request, reply) =>
    reply.type('application/json').header('cache-control', 'no-cache').serializer(String).send(text),
  )
  app.get('/docs/errors', open, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(errorPage()),
  )
  await app.register(async (scope) => {
    declareRights(scope, anyone)
    await scope.register(fastifySwagger, { mode: 'static', specification: { document: document as never } })
    await scope.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      uiHooks: {
        onRequest: (_request, reply, next) => {
          reply.header('cache-control', 'no-cache')
          next()
        },
      },
      theme: { title: 'Rendition API' },
      uiConfig: { url: '/api/openapi.json', docExpansion: 'list', tryItOutEnabled: true },
    })
  })
}
