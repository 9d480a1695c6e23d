import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Failure, problemSchema } from '@rendition/contract'
import type { FastifyRequest, InjectOptions } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createLogger } from '../telemetry/logger.ts'
import { type App, createApp } from './app.ts'
import { anyone, declareRights, needs } from './rights.ts'

describe('the HTTP app', () => {
  let app: App
  let logged: string
  let hungUp: FastifyRequest | undefined
  beforeEach(() => {
    logged = ''
    const sink = new Writable({
      write(chunk, _encoding, done) {
        logged += chunk
        done()
      },
    })
    app = createApp({
      log: createLogger('debug', sink),
      requestTimeoutMs: 5_000,
      authenticate: async ({ authorization }) => {
        if (authorization === undefined) return null
        throw new Failure('token_invalid')
      },
    })
    declareRights(app, anyone)
    app.post('/echo', { schema: { body: z.object({ n: z.number().max(5) }) } }, async (request) => ({
      got: request.body ?? null,
    }))
    app.get('/things/:id', { schema: { params: z.object({ id: z.uuid() }) } }, async () => ({ ok: true }))
    app.delete('/things', async (request) => ({ got: request.body ?? null }))
    app.get('/mine', { config: { limit: 'none', rights: needs() } }, async (request) => ({
      user: (await request.principal()).userId,
    }))
    app.get('/broken', async () => {
      throw new Error('secret detail of a library')
    })
    app.get('/hung-up', async (request) => {
      hungUp = request
      await once(request.socket, 'close')
      throw new Error('what a stream throws when its other end is gone')
    })
    app.get('/busy', async () => {
      throw new Failure('overloaded', 'Full.', { retryAfter: 7 })
    })
    app.get('/leaky', { schema: { response: { 200: z.object({ shown: z.string() }) } } }, async () => {
      return { shown: 'yes', hidden: 'no' }
    })
  })
  afterEach(() => app.close())

  it.each([
    ['a bad body', { method: 'POST', url: '/echo', payload: { n: 9 } }, 400, 'invalid_request'],
    [
      'broken JSON',
      { method: 'POST', url: '/echo', payload: '{', headers: { 'content-type': 'application/json' } },
      400,
      'invalid_request',
    ],
    [
      'an unknown body type',
      { method: 'POST', url: '/echo', payload: 'x', headers: { 'content-type': 'x/y' } },
      415,
      'unsupported_media_type',
    ],
    [
      'too long a body',
      { method: 'POST', url: '/echo', payload: { n: 1, s: 'x'.repeat(1_100_000) } },
      413,
      'request_too_large',
    ],
    ['an id that cannot be one', { method: 'GET', url: '/things/1' }, 404, 'not_found'],
    ['no route', { method: 'GET', url: '/nowhere?token=x' }, 404, 'not_found'],
    ['another method', { method: 'PUT', url: '/things/1' }, 405, 'method_not_allowed'],
    ['no credential', { method: 'GET', url: '/mine' }, 401, 'unauthenticated'],
    [
      'a bad credential',
      { method: 'GET', url: '/mine', headers: { authorization: 'Bearer x' } },
      401,
      'token_invalid',
    ],
    ['our own fault', { method: 'GET', url: '/broken' }, 500, 'internal'],
    ['overload', { method: 'GET', url: '/busy' }, 503, 'overloaded'],
  ] as const)('answers %s as a problem', async (_name, request, status, code) => {
    const answer = await app.inject(request as InjectOptions)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['cache-control']).toBe('no-store')
    const problem = problemSchema.parse(answer.json())
    expect(problem).toMatchObject({ status, code, instance: answer.headers['x-request-id'] })
    expect(answer.body).not.toContain('secret detail')
  })

  it('names the path of every fault', async () => {
    const answer = await app.inject({ method: 'POST', url: '/echo', payload: { n: 'x' } })
    expect(answer.json().errors).toEqual([{ path: 'n', message: expect.any(String) }])
  })

  it('says which methods there are', async () => {
    const allowed = async (method: InjectOptions['method'], url: string) =>
      (await app.inject({ method, url } as InjectOptions)).headers.allow
    expect(await allowed('PUT', '/things/1?x=y')).toBe('GET, HEAD')
    expect(await allowed('POST', '/things')).toBe('DELETE')
    expect(await allowed('GET', '/things/1/more')).toBeUndefined()
  })

  it('says in words what is wrong with broken JSON, and what an id looks like', async () => {
    const headers = { 'content-type': 'application/json' }
    for (const payload of ['{', "{'n':1}", '{n:1}', '{"n":1,}', 'n=1']) {
      const answer = await app.inject({ method: 'POST', url: '/echo', payload, headers })
      expect([answer.statusCode, answer.json().detail]).toEqual([400, expect.stringContaining('JSON')])
    }
    for (const id of ['<id>', '1', 'null']) {
      const answer = await app.inject(`/things/${encodeURIComponent(id)}`)
      expect(answer.json().detail).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/)
    }
  })

  it('says what an unknown body should be', async () => {
    const headers = { 'content-type': 'text/plain' }
    const answer = await app.inject({ method: 'POST', url: '/echo', payload: 'x', headers })
    expect(answer.json().detail).toContain('application/json')
  })

  it('puts the first fault into words', async () => {
    const errors = [{ path: 'cursor', message: 'is not a cursor' }]
    expect(new Failure('invalid_request', undefined, { errors }).detail).toBe('cursor: is not a cursor.')
  })

  it('does not blame itself for a caller who hangs up', async () => {
    await app.listen({ host: '127.0.0.1', port: 0 })
    const calling = new AbortController()
    const call = fetch(`${app.listeningOrigin}/hung-up`, { signal: calling.signal })
    await vi.waitFor(() => expect(hungUp).toBeDefined())
    calling.abort()
    await expect(call).rejects.toThrow()
    await vi.waitFor(() => expect(logged).toContain('hung up'))
    expect(logged).not.toContain('"level":50')
  })

  it('says when to come back', async () => {
    expect((await app.inject('/busy')).headers['retry-after']).toBe('7')
  })

  it('takes an empty JSON body as none', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await app.inject({ method: 'DELETE', url: '/things', headers })
    expect(answer.json()).toEqual({ got: null })
  })

  it('keeps a harmless request id and replaces any other', async () => {
    const given = await app.inject({ url: '/busy', headers: { 'x-request-id': 'trace-1.a' } })
    expect(given.headers['x-request-id']).toBe('trace-1.a')
    const strange = await app.inject({ url: '/busy', headers: { 'x-request-id': 'a b"c' } })
    expect(strange.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('drops undeclared fields of an answer', async () => {
    expect((await app.inject('/leaky')).json()).toEqual({ shown: 'yes' })
  })

  it('logs neither credentials nor queries', async () => {
    await app.inject({ url: '/nowhere?sig=s3cr3t', headers: { authorization: 'Bearer t0k3n' } })
    await app.inject({ url: '/broken?sig=s3cr3t', headers: { authorization: 'Bearer t0k3n' } })
    expect(logged).toContain('/nowhere')
    expect(logged).not.toMatch(/s3cr3t|t0k3n/)
  })
})

describe('an app that stops', () => {
  it('says so with every answer, fast lane included, and answers whoever is still connected', async () => {
    let stopping = false
    let finish = (): void => undefined
    const app = createApp({
      log: createLogger('silent'),
      authenticate: async () => null,
      requestTimeoutMs: 10_000,
      stopping: () => stopping,
      fastPath: (request, response) => {
        if (request.url !== '/hot') return false
        response.writeHead(200, ['content-length', '0']).end()
        return true
      },
    })
    declareRights(app, anyone)
    app.get('/quick', async () => 'quick')
    const slowBegan = new Promise<void>((began) => {
      app.get('/slow', () => {
        began()
        return new Promise((resolve) => {
          finish = () => resolve('slow')
        })
      })
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const told = async (path: string) => {
      const { status, headers } = await fetch(`http://127.0.0.1:${port}${path}`)
      return [status, headers.get('connection'), headers.get('x-rendition-leaving')]
    }
    expect(await told('/quick')).toEqual([200, 'keep-alive', null])

    const socket = connect(port, '127.0.0.1')
    const request = (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    request('/slow')
    await slowBegan
    stopping = true
    expect(await told('/quick')).toEqual([200, 'close', '1'])
    expect(await told('/hot')).toEqual([200, 'close', '1'])
    const closed = app.close()
    // The connection is busy while the listener closes, and asks once more.
    request('/quick')
    await new Promise((resolve) => app.server.once('request', resolve))
    finish()
    const answers = await text(socket)
    expect(answers.toLowerCase().match(/http\/1.1 200|connection: \S+|slow|quick/g)).toEqual([
      'http/1.1 200',
      'connection: keep-alive',
      'slow',
      'http/1.1 200',
      'connection: close',
      'quick',
    ])
    await closed
  })
})

it('does not start with a route that declares no rights', async () => {
  const app = createApp({
    log: createLogger('silent'),
    requestTimeoutMs: 5_000,
    authenticate: async () => null,
  })
  app.get('/told', { config: { limit: 'none', rights: anyone } }, async () => 'for anyone')
  app.post('/forgotten', { config: { limit: 'none' } }, async () => 'for whom?')
  await expect(app.ready()).rejects.toThrow(/config\.rights\): POST \/forgotten$/)
})

it('refuses NUL in any query', async () => {
  const app = createApp({
    log: createLogger('silent'),
    requestTimeoutMs: 5_000,
    authenticate: async () => null,
  })
  app.get('/told', { config: { limit: 'none', rights: anyone } }, async () => 'for anyone')
  expect((await app.inject('/told?cursor=a%00')).statusCode).toBe(400)
  expect((await app.inject('/told?cursor=a%01')).statusCode).toBe(200)
  await app.close()
})
