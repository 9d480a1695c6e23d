import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type App, createApp } from '../platform/http/app.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { openWebApp, readApiDescription, registerGateway } from './index.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Any file that a build of the gallery might hold and a browser would open as a page. */
const files = [
  'index.html',
  'assets/about.html',
  'help/index.html',
  'old.htm',
  'icon.svg',
  'feed.xml',
  'a.xhtml',
]
const script = 'worker.js'

/** The front door over a gallery with these files, and every path that it answers GET at. */
async function frontDoor(without: readonly string[] = []): Promise<{ app: App; paths: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-pages-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  for (const file of [...files, script]) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), '<p>A page.')
  }
  const openApiFile = join(folder, 'openapi.json')
  await writeFile(
    openApiFile,
    JSON.stringify({ openapi: '3.1.0', info: { title: '', version: '' }, paths: {} }),
  )
  const webApp = await openWebApp(folder, ['https://pics.example.org'], without)
  const app = createApp({
    log: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 5_000,
    fallback: webApp.deepLink,
  })
  closers.push(() => app.close())
  const paths: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    if ([method].flat().includes('GET') && !/[:*]/.test(url)) paths.push(url)
  })
  await registerGateway(app, { webApp, description: await readApiDescription(openApiFile) })
  await app.ready()
  return { app, paths }
}

/** The files of the API reference, which lie behind one route with a wildcard. */
async function referenceFiles(): Promise<string[]> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static')
  return (await readdir(folder)).map((file) => `/docs/static/${file}`)
}

/** What a browser would run scripts of. */
const isPage = (type: unknown): boolean => /html|svg|xml/.test(String(type))

describe('the pages of the front door', () => {
  it('carry the policy, by every path and every name of theirs', async () => {
    const { app, paths } = await frontDoor()
    const deep = ['/login', '/photos/1?q=x', '/no/such', '/%69ndex.html', '//index.html', '/docs/']
    const reference = await referenceFiles()
    const seen: string[] = []
    for (const url of new Set([...paths, ...deep, ...reference])) {
      const answer = await app.inject({ url, headers: { accept: 'text/html,*/*' } })
      if (!isPage(answer.headers['content-type'])) continue
      seen.push(url)
      const policy = String(answer.headers['content-security-policy'])
      expect(policy, url).toContain("default-src 'self'")
      expect(policy, url).toContain("frame-ancestors 'none'")
      expect(policy, url).not.toContain('upgrade-insecure-requests')
      expect(answer.headers['referrer-policy'], url).toBe('same-origin')
      expect(answer.headers['x-content-type-options'], url).toBe('nosniff')
    }
    const own = files.map((file) => `/${file}`)
    expect(seen).toEqual(
      expect.arrayContaining([
        ...own,
        '/',
        '/login',
        '/docs',
        '/docs/errors',
        '/docs/static/oauth2-redirect.html',
      ]),
    )
  })

  it('are without the worker where the operator wants none kept in browsers: 404 ends it', async () => {
    const answerOf = async (without?: string[]) =>
      (await frontDoor(without)).app.inject({ url: `/${script}` })
    const there = await answerOf()
    expect(there.statusCode).toBe(200)
    expect(there.headers['cache-control']).toBe('no-cache')
    expect((await answerOf([script])).statusCode).toBe(404)
  })
})
