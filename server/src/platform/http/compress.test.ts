import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '../telemetry/logger.ts'
import { type App, createApp } from './app.ts'
import { anyone, declareRights } from './rights.ts'

const long = JSON.stringify({ items: Array.from({ length: 200 }, (_, n) => `item ${n}`) })
const answers: Record<string, { type: string; body?: string; headers?: Record<string, string> }> = {
  '/list': { type: 'application/json; charset=utf-8' },
  '/problem': { type: 'application/problem+json' },
  '/page': { type: 'text/html; charset=utf-8' },
  '/script': { type: 'text/javascript' },
  '/weak': { type: 'application/json', headers: { etag: 'W/"1"', vary: 'Accept' } },
  '/short': { type: 'application/json', body: '{}' },
  '/events': { type: 'text/event-stream' },
  '/picture': { type: 'image/jpeg' },
  '/strong': { type: 'application/json', headers: { etag: '"1"' } },
  '/as-it-is': { type: 'application/json', headers: { 'cache-control': 'no-transform' } },
  '/encoded': { type: 'application/json', headers: { 'content-encoding': 'gzip' } },
  '/api/auth/me': { type: 'application/json' },
}
const compressed = ['/list', '/problem', '/page', '/script', '/weak']

describe('text answers', () => {
  let app: App
  beforeEach(() => {
    app = createApp({
      log: createLogger('silent'),
      requestTimeoutMs: 5_000,
      authenticate: async () => null,
    })
    declareRights(app, anyone)
    for (const [path, { type, body = long, headers = {} }] of Object.entries(answers)) {
      app.get(path, async (_request, reply) => reply.type(type).headers(headers).send(body))
      app.post(path, async (_request, reply) => reply.type(type).headers(headers).send(body))
      app.get(`${path}/stream`, async (_request, reply) =>
        reply
          .type(type)
          .headers({ ...headers, 'content-length': body.length })
          .send(Readable.from([body])),
      )
    }
  })
  afterEach(() => app.close())

  const ask = (url: string, encoding?: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') =>
    app.inject({ url, method, headers: encoding === undefined ? {} : { 'accept-encoding': encoding } })
  const varies = (headers: Record<string, unknown>) => /accept-encoding/i.test(String(headers.vary))

  it.each(compressed.flatMap((path) => [path, `${path}/stream`]))(
    '%s is compressed as asked',
    async (path) => {
      const plain = await ask(path)
      expect([plain.body, plain.headers['content-encoding'], varies(plain.headers)]).toEqual([
        long,
        undefined,
        true,
      ])
      for (const [encoding, open] of [
        ['br', brotliDecompressSync],
        ['gzip', gunzipSync],
      ] as const) {
        const answer = await ask(path, encoding)
        expect(answer.headers['content-encoding']).toBe(encoding)
        expect(varies(answer.headers)).toBe(true)
        expect(open(answer.rawPayload).toString()).toBe(long)
        expect(answer.rawPayload.length).toBeLessThan(long.length / 2)
        expect(Number(answer.headers['content-length'] ?? answer.rawPayload.length)).toBe(
          answer.rawPayload.length,
        )
      }
    },
  )

  it.each(Object.keys(answers).filter((path) => !compressed.includes(path)))(
    '%s stays as it is',
    async (path) => {
      for (const each of [path, `${path}/stream`]) {
        const answer = await ask(each, 'gzip, br')
        expect(answer.body).toBe(answers[path]?.body ?? long)
        expect(varies(answer.headers)).toBe(false)
      }
    },
  )

  it('keeps what else decided the answer, and the tag of all its forms', async () => {
    const { headers } = await ask('/weak', 'br')
    expect([headers.vary, headers.etag]).toEqual([
      expect.stringMatching(/^Accept, .*Accept-Encoding/i),
      'W/"1"',
    ])
  })

  it('answers HEAD with the headers of GET, and leaves POST alone', async () => {
    const head = await ask('/list', 'br', 'HEAD')
    expect([head.headers['content-encoding'], head.body]).toEqual(['br', ''])
    const post = await ask('/list', 'br', 'POST')
    expect([post.headers['content-encoding'], post.body]).toEqual([undefined, long])
  })

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['', undefined],
    ['deflate', undefined],
    ['GZIP', 'gzip'],
    ['gzip;q=x', undefined],
  ])('reads %j as %s', async (accepted, encoding) => {
    expect((await ask('/list', accepted)).headers['content-encoding']).toBe(encoding)
  })
})

it('no answer that may be compressed shows a secret', async () => {
  const text = await readFile(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8')
  const { paths, components } = JSON.parse(text) as {
    paths: Record<string, { get?: { responses: unknown } }>
    components: { schemas: Record<string, unknown> }
  }
  /** Names of all fields, those of the schemas that are referred to included. */
  const fieldsOf = (schema: unknown): string[] => {
    if (typeof schema !== 'object' || schema === null) return []
    return Object.entries(schema).flatMap(([name, value]) => {
      const reference = name === '$ref' ? String(value).split('/').at(-1) : undefined
      if (reference !== undefined) return fieldsOf(components.schemas[reference])
      // Whether there is a secret is none.
      const told = (field: unknown): boolean => (field as { type?: string }).type !== 'boolean'
      const properties = name === 'properties' ? Object.entries(value as object) : []
      const own = properties.flatMap(([field, shape]) => (told(shape) ? [field] : []))
      return [...own, ...fieldsOf(value)]
    })
  }
  const shown = Object.entries(paths).flatMap(([path, { get }]) =>
    path.startsWith('/api/auth/') ? [] : fieldsOf(get?.responses).map((field) => `${path}: ${field}`),
  )
  expect(shown.length).toBeGreaterThan(50)
  expect(shown.filter((line) => /: (secret|password|\w*token|apiKey)$/i.test(line))).toEqual([])
})
