import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createStreet } from './testing/gateway.ts'

const street = createStreet()
afterAll(() => street.close())

interface Seen {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}
let seen: Seen[] = []
beforeEach(() => {
  seen = []
})
let port = 0
beforeAll(async () => {
  const endpoint = await street.endpoint(async (request, response) => {
    const { method, url, headers } = request
    const one: Seen = { method, url, headers, body: '' }
    seen.push(one)
    one.body = String(await buffer(request))
    response.end('one answer')
  })
  endpoint.server.on('upgrade', ({ method, url, headers }: IncomingMessage, socket) => {
    seen.push({ method, url, headers, body: '' })
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  const gateway = await street.gateway([endpoint])
  port = Number(new URL(gateway.base).port)
})

/** Sends these bytes, gives what was answered until the gateway closed, and what the endpoint saw at this path. */
async function send(head: readonly string[], body: string): Promise<{ answers: string; requests: Seen[] }> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  // The last word of the connection is one request more: when that is answered, everything before was.
  const last = 'GET /health-of-the-test HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
  socket.write(`${[...head, 'host: pictures.example', '', ''].join('\r\n')}${body}${last}`)
  socket.on('error', () => undefined)
  const answers = await text(socket).catch(() => '')
  const path = head[0]?.split(' ')[1]
  return { answers, requests: seen.filter(({ url }) => url === path) }
}
const smuggled = (): Seen[] => seen.filter(({ url }) => url === '/api/jobs/smuggled')

const hidden =
  'GET /api/jobs/smuggled HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 6.6.6.6\r\nx-request-id: forged\r\n\r\n'
const chunkedHidden = `${hidden.length.toString(16)};ext="a\\"b"\r\n${hidden}\r\n0\r\ntrailer: x\r\n\r\n`

const methods = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'TRACE']
/** Read to their end before they are passed on, and passed on as they come. */
const paths = ['/api/jobs/1', '/api/images', '/api/images/1/replace']
const named = [
  'content-length',
  'transfer-encoding',
  'host',
  'expect',
  'te',
  'trailer',
  'upgrade',
  'connection',
  'authorization',
  'x-api-key',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-request-id',
  'content-type',
]
const capitals = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
const spellings: readonly [string, (name: string) => string[]][] = [
  ['plainly', (name) => [`Connection: ${name}`]],
  ['in capitals', (name) => [`CONNECTION: ${name.toUpperCase()}`]],
  ['as in documents', (name) => [`Connection: ${capitals(name)}`]],
  ['in a list', (name) => [`connection: keep-alive, ${name}, x-other`]],
  ['between empty words', (name) => [`connection: ,,\t${name} ,, `]],
  ['in a second header', (name) => ['connection: keep-alive', `connection: ${name}`]],
  ['twice', (name) => [`connection: ${name}, ${name}`, `connection: ${capitals(name)}`]],
  ['with all the others', () => [`connection: ${named.join(',')}`]],
  ['for a proxy', (name) => [`proxy-connection: ${name}`, `keep-alive: ${name}`, `connection: ${name}`]],
]
const framings: readonly [string, string[], string][] = [
  ['by length', [`content-length: ${hidden.length}`], hidden],
  ['in chunks', ['transfer-encoding: chunked'], chunkedHidden],
  ['in chunks, in capitals', ['Transfer-Encoding: CHUNKED'], chunkedHidden],
]
const fail = (): never => {
  throw new Error('unreachable')
}
const credentials = ['authorization: Bearer token', 'x-api-key: key', 'x-forwarded-for: 1.2.3.4']

it.each(methods)(
  '%s with a body that looks like another request is one request, whatever Connection names',
  async (method) => {
    const attacks = spellings.flatMap(([, spelled]) => named.map((name) => spelled(name)))
    const tries = attacks.map(async (spelled, n) => {
      // Every pair of a path and a framing comes up with each name and each spelling, over the methods.
      const [, framing, body] = framings[n % framings.length] ?? fail()
      const path = `${paths[(n + Math.floor(n / framings.length)) % paths.length]}?n=${n}`
      const head = [`${method} ${path} HTTP/1.1`, ...framing, ...spelled, ...credentials]
      const { requests } = await send(head, body)
      const what = head.join(' | ')
      expect(requests.length, what).toBe(method === 'TRACE' ? requests.length : 1)
      for (const request of requests) {
        expect([request.method, request.url], what).toEqual([method, path])
        expect(request.headers, what).toMatchObject({
          authorization: 'Bearer token',
          'x-api-key': 'key',
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-host': 'pictures.example',
          host: 'pictures.example',
        })
        expect(request.body, what).toBe(['GET', 'HEAD', 'TRACE'].includes(method) ? '' : hidden)
      }
    })
    await Promise.all(tries)
    expect(smuggled()).toEqual([])
  },
)

describe('two readings of where a body ends', () => {
  const both = [
    [
      'a length and chunks',
      [`content-length: ${chunkedHidden.length}`, 'transfer-encoding: chunked'],
      chunkedHidden,
    ],
    ['two lengths', ['content-length: 0', `content-length: ${hidden.length}`], hidden],
    ['two lengths in one', [`content-length: 0, ${hidden.length}`], hidden],
    ['a signed length', [`content-length: +${hidden.length}`], hidden],
    ['a length in hexadecimal', ['content-length: 0x10'], hidden],
    ['another coding', ['transfer-encoding: gzip, chunked'], chunkedHidden],
    ['a coding twice', ['transfer-encoding: chunked', 'transfer-encoding: chunked'], chunkedHidden],
    ['a coding that is none', ['transfer-encoding: xchunked'], chunkedHidden],
    ['a coding that ends otherwise', ['transfer-encoding: chunked, identity'], chunkedHidden],
    ['a coding in quotes', ['transfer-encoding: "chunked"'], chunkedHidden],
    ['a folded coding', ['transfer-encoding:', ' chunked'], chunkedHidden],
    [
      'a folded Connection',
      ['connection: keep-alive,', ' content-length', `content-length: ${hidden.length}`],
      hidden,
    ],
    ['a space before the colon', [`content-length : ${hidden.length}`], hidden],
    ['a control character in the name', [`content-length\u000b: ${hidden.length}`], hidden],
    ['a header with a lone line feed', [`x: y\ncontent-length: ${hidden.length}`], hidden],
    ['a chunk size past any number', ['transfer-encoding: chunked'], `ffffffffffffffffff\r\n${hidden}`],
    ['a chunk that ends with a line feed', ['transfer-encoding: chunked'], `5\nhello\n0\n\n${hidden}`],
    ['a trailer that is a framing', ['transfer-encoding: chunked'], `0\r\ncontent-length: 9\r\n\r\n`],
    ['an expectation', ['expect: 100-continue', `content-length: ${hidden.length}`], hidden],
    ['an expectation nobody knows', ['expect: 200-ok', `content-length: ${hidden.length}`], hidden],
  ] as const
  it.each(both)('%s leaves nothing over', async (_name, framing, body) => {
    const tries = methods.flatMap((method) =>
      paths.map(async (path) => {
        const { requests } = await send([`${method} ${path} HTTP/1.1`, ...framing], body)
        expect(
          requests.filter((one) => one.method === method).length,
          `${method} ${path}`,
        ).toBeLessThanOrEqual(1)
      }),
    )
    await Promise.all(tries)
    // A body that the gateway itself reads as the client's next request is one, with what the gateway says of it.
    for (const { headers } of seen) {
      expect(headers['x-forwarded-for']).toBe('127.0.0.1')
      expect(headers.expect).toBeUndefined()
    }
  })

  it('the older HTTP has no chunks', async () => {
    const { requests } = await send(['POST /api/jobs HTTP/1.0', 'transfer-encoding: chunked'], chunkedHidden)
    expect(requests.length).toBeLessThanOrEqual(1)
  })
})

describe('an upgrade', () => {
  it.each([
    ...framings,
    [
      'by a length that Connection names',
      ['connection: upgrade, content-length', `content-length: ${hidden.length}`],
      hidden,
    ] as const,
  ])('with a body %s is refused before anybody else hears of it', async (_name, framing, body) => {
    const head = ['GET /api/events HTTP/1.1', 'connection: Upgrade', 'upgrade: websocket', ...framing]
    const { answers, requests } = await send(head, body)
    expect(answers).toMatch(/^HTTP\/1.1 400 /)
    expect(answers).toMatch(/^cache-control: no-store\r$/m)
    expect(answers).toMatch(/^vary: authorization, x-api-key\r$/im)
    expect(requests).toEqual([])
  })

  it('is one request, with nothing of the client before it is agreed upon', async () => {
    const head = [
      'GET /api/events HTTP/1.1',
      'connection: Upgrade, x-forwarded-for, host, authorization',
      'upgrade: websocket',
      ...credentials,
    ]
    const { requests } = await send(head, hidden)
    expect(requests).toHaveLength(1)
    expect(requests[0]?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      host: 'pictures.example',
      authorization: 'Bearer token',
    })
  })
})
