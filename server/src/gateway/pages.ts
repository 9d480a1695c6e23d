import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { errorCatalogue, Failure } from '@rendition/contract'
import type { FastifyReply } from 'fastify'
import type { App } from '../platform/http/app.ts'
import { sendProblem } from '../platform/http/problems.ts'

/** Everything the pages load is ours; pictures may also be previews of files that are being uploaded. */
const pagePolicy = (pictures: string): string =>
  [
    "default-src 'self'",
    `img-src 'self' blob: data:${pictures}`,
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self' ws: wss:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

export interface PagesOptions {
  /** Folder of the built web app. */
  webRoot: string
  /** The generated OpenAPI document. */
  openApiFile: string
  /** Where the URLs of pictures begin, when that is not where the page came from. */
  publicUrl?: string | undefined
}

/** What people read in a browser: the gallery, the API reference, the list of errors. */
export async function registerPages(app: App, options: PagesOptions): Promise<void> {
  const openApi = JSON.parse(await readFile(options.openApiFile, 'utf8')) as Record<string, unknown>
  const policy = pagePolicy(options.publicUrl === undefined ? '' : ` ${new URL(options.publicUrl).origin}`)
  const openApiText = JSON.stringify(openApi)
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json').serializer(String).send(openApiText),
  )
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(errorPage()),
  )
  await app.register(fastifySwagger, { mode: 'static', specification: { document: openApi as never } })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    theme: { title: 'Rendition API' },
    uiConfig: { url: '/api/openapi.json', docExpansion: 'list', tryItOutEnabled: true },
  })
  await registerWebApp(app, options.webRoot, policy)
}

/** The gallery with its deep links: an unknown path a browser navigates to gets the app, anything else a 404. */
async function registerWebApp(app: App, webRoot: string, policy: string): Promise<void> {
  const index = await readFile(join(webRoot, 'index.html'))
  await app.register(fastifyStatic, {
    root: webRoot,
    prefix: '/',
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Vite names its files by content, so they never change under one name.
      const immutable = path.includes('/assets/')
      reply.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const sendIndex = (reply: FastifyReply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', policy)
      .header('referrer-policy', 'same-origin')
      .send(index)
  app.get('/', { schema: { hide: true } }, async (_request, reply) => sendIndex(reply))
  app.setNotFoundHandler((request, reply) => {
    const navigates =
      request.method === 'GET' &&
      (request.headers.accept ?? '').includes('text/html') &&
      !request.url.startsWith('/api/')
    if (navigates) return sendIndex(reply)
    return sendProblem(
      request,
      reply,
      new Failure('not_found', `There is nothing at ${request.method} ${request.url.split('?', 1)[0]}.`),
    )
  })
}

function errorPage(): string {
  const rows = Object.entries(errorCatalogue)
    .map(([code, { status, title }]) => `<tr id="${code}"><td><code>${code}</code><td>${status}<td>${title}.`)
    .join('\n')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Errors – Rendition</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8884}
tr:target{background:#fc08}</style>
<h1>Errors</h1><p>Every failure is answered as <code>application/problem+json</code> with one of these codes.</p>
<table><thead><tr><th>Code<th>Status<th>Meaning</thead><tbody>
${rows}
</tbody></table></html>`
}
