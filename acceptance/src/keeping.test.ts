import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody } from './api.ts'
import { jpeg } from './pictures.ts'

const anyone = createApi(inject('baseUrl'))
const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const

/** Answers that are made for everybody; whatever else is one asker's alone. */
const forEverybody: Readonly<Record<string, RegExp>> = {
  '/.well-known/jwks.json': /^public, max-age=\d+$/,
  '/.well-known/receipt-keys.json': /^public, max-age=\d+$/,
  '/images/{id}': /^(public|private), max-age=/,
  '/thumbnails/{id}': /^(public|private), max-age=/,
  '/api/jobs/{id}/result': /^private, no-cache$/,
}
const pages = [
  '/',
  '/gallery/anything',
  '/docs',
  '/docs/errors',
  '/api/openapi.json',
  '/favicon.svg',
  '/favicon.ico',
]

let api: Api
let key: string
let open: ImageBody
let closed: ImageBody
let routes: { path: string; method: (typeof methods)[number]; there: boolean }[]
beforeAll(async () => {
  api = await anyone.signedIn()
  key = (
    await api.post<{ key: string }>('/api/auth/keys', { name: 'k', scopes: ['images:read', 'jobs:read'] })
  ).body.key
  open = await api.picture(await jpeg(300, 200), 'open.jpg', { visibility: 'public' })
  closed = await api.picture(await jpeg(310, 200), 'closed.jpg')
  const { body } = await anyone.get<{ paths: Record<string, Record<string, unknown>> }>('/api/openapi.json')
  routes = Object.entries(body.paths).flatMap(([path, operations]) =>
    methods.map((method) => ({
      path,
      method,
      there: method in operations || (method === 'head' && 'get' in operations),
    })),
  )
})

/** Everything but reading is asked of what does not exist: nothing is to happen. */
const addressOf = (path: string, method: string, id: string): string => {
  const reads = method === 'get' || method === 'head'
  return path.replace(/\{\w+\}/g, reads ? id : randomUUID())
}

describe('every answer says who may keep it', () => {
  it('to every method of every route, with and without a credential and an origin', async () => {
    expect(routes.length).toBeGreaterThan(200)
    const faults: string[] = []
    const askers: Record<string, string>[] = [
      {},
      { origin: 'https://shop.example' },
      { 'x-api-key': key },
      { authorization: `Bearer ${api.accessToken}` },
      { authorization: 'Bearer nobody', 'x-request-id': randomUUID() },
    ]
    const judge = async ({ path, method }: (typeof routes)[number], headers: Record<string, string>) => {
      const named = method === 'get' && path.includes('{')
      const ids = named ? [open.id, closed.id, open.jobId, randomUUID()] : [open.id]
      for (const id of ids) {
        const response = await fetch(new URL(addressOf(path, method, id), anyone.baseUrl), {
          method: method.toUpperCase(),
          headers,
          redirect: 'manual',
        })
        await response.body?.cancel()
        const fault = faultOf(path, response)
        if (fault !== null)
          faults.push(`${method} ${path} (${Object.keys(headers)}): ${response.status} ${fault}`)
      }
    }
    // A method that is not there is so for everybody: who asks takes turns.
    const all = routes.flatMap((route, n) =>
      askers
        .filter((_, asker) => route.there || n % askers.length === asker)
        .map((headers) => ({ route, headers })),
    )
    const queue = all.filter(({ route: { path }, headers }) => {
      // A stream does not end: it is asked below. Two would end the account or its session.
      if (path === '/api/events/stream') return false
      return !(/^\/api\/auth\/(me|logout)$/.test(path) && 'authorization' in headers)
    })
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop())
          await judge(next.route, next.headers)
      }),
    )
    expect([...new Set(faults)]).toEqual([])
  }, 180_000)

  it('for pages and what is in them', async () => {
    for (const path of pages) {
      const answer = await anyone.get(path, { accept: 'text/html' })
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-cache'])
    }
    expect((await anyone.get('/gallery/anything', { accept: 'text/html' })).headers.get('vary')).toMatch(
      /Accept/,
    )
  })

  it('to what no route and no parser can read', async () => {
    const faults = [
      await fetch(new URL('/images/%zz', anyone.baseUrl)),
      await fetch(new URL(`/images/${open.id}?w=640`, anyone.baseUrl), {
        headers: { x: 'x'.repeat(20_000) },
      }),
    ]
    for (const answer of faults) {
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(answer.headers.get('x-request-id')).toBeTruthy()
      expect(await answer.json()).toMatchObject({ status: answer.status })
    }
    expect(faults.map(({ status }) => status)).toEqual([400, 431])
  })

  it('to an event stream', async () => {
    const leaving = new AbortController()
    const response = await fetch(new URL('/api/events/stream', anyone.baseUrl), {
      headers: { 'x-api-key': key },
      signal: leaving.signal,
    })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    leaving.abort()
  })

  it('gives the picture of a job to its owner alone, however public it is', async () => {
    const byImage = await anyone.get(`/thumbnails/${open.id}`)
    expect(byImage.headers.get('cache-control')).toMatch(/^public/)
    const byJob = await api.get(`/thumbnails/${open.jobId}`)
    expect([byJob.status, byJob.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    expect(byJob.headers.get('vary')).toMatch(/X-API-Key/)
  })
})

function faultOf(path: string, { status, headers }: Response): string | null {
  const said = headers.get('cache-control')
  if (status >= 400) return said === 'no-store' ? null : `says ${said}`
  const vary = (headers.get('vary') ?? '').toLowerCase()
  if (said === 'private, no-store') {
    return ['authorization', 'x-api-key'].every((name) => vary.includes(name)) ? null : `varies by ${vary}`
  }
  return said !== null && (forEverybody[path]?.test(said) || pages.includes(path)) ? null : `says ${said}`
}

describe('pages of any origin', () => {
  const cases = () => [
    `/images/${open.id}?w=640`,
    `/images/${open.id}?w=640&format=auto`,
    closed.sizes.small?.url ?? '',
  ]

  it('read what opens by its URL alone, from memory too, whoever asked first', async () => {
    for (const url of cases()) {
      for (const headers of [{}, { origin: 'https://shop.example' }, {}, { origin: 'null' }]) {
        const answer = await anyone.get(url, headers)
        expect(answer.status).toBe(200)
        expect(answer.headers.get('access-control-allow-origin'), url).toBe('*')
        expect(answer.headers.get('access-control-allow-credentials')).toBe(null)
        for (const name of ['content-range', 'etag', 'cache-status', 'x-request-id', 'accept-ranges']) {
          expect(answer.headers.get('access-control-expose-headers')).toContain(name)
        }
        expect(answer.headers.get('vary') ?? '').not.toMatch(/origin/i)
      }
      // What was just made comes to memory behind its first answer.
      const layer = async () =>
        (await anyone.get(url, { origin: 'https://shop.example' })).headers.get('cache-status')
      await expect.poll(layer).toContain('detail=memory')
    }
  })

  it('read neither what a credential opened nor anything else', async () => {
    const origin = 'https://shop.example'
    for (const path of [`/images/${closed.id}?w=640`, '/api/images', '/api/jobs', '/health']) {
      expect((await api.get(path, { origin })).headers.get('access-control-allow-origin'), path).toBe(null)
    }
  })
})
