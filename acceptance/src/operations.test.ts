import { request } from 'node:http'
import { describe, expect, inject, it } from 'vitest'
import { createApi, refusal } from './api.ts'

const baseUrl = inject('baseUrl')
const api = createApi(baseUrl)

describe('health', () => {
  it.each(['/health', '/api/health'])('%s says that the process lives', async (path) => {
    const { status, body } = await api.get(path)
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'ok', version: expect.any(String), uptime: expect.any(Number) })
  })

  it('/ready names each part', async () => {
    const { status, body } = await api.get<{ status: string; parts: Record<string, { status: string }> }>(
      '/ready',
    )
    expect([status, body.status]).toEqual([200, 'ready'])
    // Without an embedded part there is no disk to watch; of a gateway by itself, the parts are the roles behind it.
    expect([
      ['database', 'storage', 'queue', 'cache', 'disk'],
      ['database', 'storage', 'queue', 'cache'],
      ['auth', 'api', 'delivery'],
    ]).toContainEqual(Object.keys(body.parts))
    for (const part of Object.values(body.parts)) expect(part.status).toBe('ok')
  })

  it('/metrics speaks Prometheus', async () => {
    const { status, headers, bytes } = await api.get('/metrics')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    expect(bytes.toString()).toMatch(/^# HELP /m)
  })
})

describe('the reference', () => {
  it('/api/openapi.json describes the routes', async () => {
    const { body } = await api.get<{ openapi: string; paths: Record<string, Record<string, unknown>> }>(
      '/api/openapi.json',
    )
    expect(body.openapi).toMatch(/^3\.1/)
    const described = Object.keys(body.paths)
    expect(described).toEqual(
      expect.arrayContaining([
        '/api/auth/register',
        '/api/images/{id}',
        '/images/{id}',
        '/api/jobs/{id}',
        '/ready',
      ]),
    )
  })

  it('/docs is a page for people', async () => {
    let answer = await fetch(new URL('/docs', baseUrl))
    if (answer.status >= 300) answer = await fetch(new URL('/docs/', baseUrl))
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await answer.text()).toMatch(/<html|<!doctype html/i)
  })

  it('/docs/errors explains every code', async () => {
    const page = await (await fetch(new URL('/docs/errors', baseUrl))).text()
    for (const code of ['not_found', 'quota_exceeded', 'signature_invalid']) expect(page).toContain(code)
  })
})

describe('every answer', () => {
  it('carries the request id of the caller when it is harmless, else its own', async () => {
    const kept = await api.get('/health', { 'x-request-id': 'abc-123' })
    expect(kept.headers.get('x-request-id')).toBe('abc-123')
    const odd = await api.get('/health', { 'x-request-id': `${'x'.repeat(300)}` })
    expect(odd.headers.get('x-request-id')?.length).toBeLessThan(100)
  })

  it('is a problem document where nothing is', async () => {
    expect(refusal(await api.get('/api/nothing/here'))).toBe('404 not_found')
    expect(refusal(await api.get('/nothing-here'))).toBe('404 not_found')
    expect(refusal(await api.post('/api/nothing'))).toBe('404 not_found')
  })

  it.each([
    ['a wrong method', 'PUT', '/api/images', 404, 405],
    ['a wrong method on one', 'PUT', '/api/jobs/x', 404, 405],
  ])('is a problem document for %s', async (_what, method, path, ...statuses) => {
    expect(statuses).toContain((await api.send(path, { method })).status)
  })

  it('is a problem document for JSON that is too large, and for a type nobody speaks', async () => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ username: 'x'.repeat(2_000_000), password: 'long enough' })
    expect(refusal(await api.send('/api/auth/login', { method: 'POST', headers, body }))).toBe(
      '413 request_too_large',
    )
    const odd = await api.send('/api/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/x-odd' },
      body: 'x',
    })
    expect([400, 415]).toContain(odd.status)
  })

  it('is a problem document, or a closed connection, for a request that is no HTTP', async () => {
    const status = await new Promise<number>((resolve) => {
      const asked = request(`${baseUrl}/api/images`, { headers: { 'x-long': 'x'.repeat(20_000) } })
      asked.on('response', (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      asked.on('error', () => resolve(0))
      asked.end()
    })
    expect([0, 400, 431]).toContain(status)
  })
})

describe('the gallery', () => {
  it('is served at / with a policy, and its files for ever', async () => {
    const page = await fetch(new URL('/', baseUrl), { headers: { accept: 'text/html' } })
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/)
    expect(html).toMatch(/<div id="root">/)
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1]
    const asset = await fetch(new URL(script ?? '/no-script', baseUrl))
    await asset.body?.cancel()
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([
      200,
      expect.stringMatching(/immutable/),
    ])
  })

  it('has the picture that programs ask for without reading the page', async () => {
    const icon = await fetch(new URL('/favicon.ico', baseUrl))
    const bytes = Buffer.from(await icon.arrayBuffer())
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^image\//)])
    // An icon, of three pictures.
    expect([...bytes.subarray(0, 6)]).toEqual([0, 0, 1, 0, 3, 0])
  })
})
