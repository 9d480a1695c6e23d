import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../platform/http/app.ts'
import { anyone, declareRights } from '../platform/http/rights.ts'
import { pagePolicy } from './page-policy.ts'

/** What keeps the page in browsers. Where it is answered with 404 it deletes what it kept, and ends. */
export const workerFile = 'worker.js'

/** The built gallery. */
export interface WebApp {
  folder: string
  /** Files that it is sent without. */
  without: readonly string[]
  /** Content-Security-Policy of its page. */
  policy: string
  /** Answers with its page, whatever the path. */
  send(reply: FastifyReply): FastifyReply
  /** Answers when an unknown path is a deep link (a browser navigates there), else gives null. */
  deepLink(request: FastifyRequest, reply: FastifyReply): FastifyReply | null
}

/** Reads the page of the built gallery in `folder`, whose pictures lie at `pictureUrls`; throws when it was not built. */
export async function openWebApp(
  folder: string,
  pictureUrls: readonly string[],
  without: readonly string[] = [],
): Promise<WebApp> {
  const page = await readFile(join(folder, 'index.html')).catch((cause: unknown) => {
    throw new Error(`The web app is not built: ${folder} has no index.html. Run npm run build.`, { cause })
  })
  const policy = pagePolicy(pictureUrls)
  const send = (reply: FastifyReply): FastifyReply =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', policy)
      .header('referrer-policy', 'same-origin')
      .send(page)
  return {
    folder,
    without,
    policy,
    send,
    deepLink(request, reply) {
      const navigates = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
      if (!navigates || request.url.startsWith('/api/')) return null
      reply.header('vary', 'Accept')
      // The address of a share opens it: it goes into no index and on to no other site.
      if (request.url.startsWith('/s/')) reply.header('x-robots-tag', 'noindex')
      return send(reply)
    },
  }
}

export async function registerWebApp(app: App, webApp: WebApp): Promise<void> {
  // What the build has compressed lies beside the file; which of the three is sent depends on who asks.
  const names = await readdir(webApp.folder, { recursive: true })
  const forms = new Set(names.filter((name) => /\.(br|gz)$/.test(name)).map((name) => name.slice(0, -3)))
  await app.register(async (scope) => {
    declareRights(scope, anyone)
    await scope.register(fastifyStatic, {
      root: webApp.folder,
      prefix: '/',
      wildcard: false,
      index: false,
      globIgnore: ['index.html', '**/*.br', '**/*.gz', ...webApp.without],
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Vite names its files by content, so they never change under one name.
        const immutable = path.includes('/assets/')
        reply.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
        const name = relative(webApp.folder, path).replace(/\.(br|gz)$/, '')
        if (forms.has(name)) reply.setHeader('vary', 'Accept-Encoding')
      },
    })
    for (const path of ['/', '/index.html']) {
      scope.get(path, { schema: { hide: true } }, async (_request, reply) => webApp.send(reply))
    }
  })
}
