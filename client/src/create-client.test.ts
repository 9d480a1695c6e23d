import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { checkShape } from './check-shape.ts'
import { createClient } from './create-client.ts'
import { NetworkError, ProblemError } from './problem.ts'
import { memoryTokens } from './tokens.ts'

interface Reply {
  status?: number
  body?: unknown
  type?: string
  headers?: Record<string, string>
}
let server: Server | undefined
afterEach(() => server?.close())

/** A real server that answers what the test says, and keeps what it was asked. */
async function serve(reply: (request: IncomingMessage, body: string) => Reply) {
  const asked: { line: string; headers: IncomingMessage['headers']; body: string }[] = []
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('latin1')) body += chunk
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body })
    const { status = 200, body: answer = {}, type = 'application/json', headers = {} } = reply(request, body)
    response.writeHead(status, { 'content-type': type, ...headers })
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked }
}

const id = '01900000-0000-7000-8000-000000000000'
const user = { id, email: null, username: 'ada', role: 'user', createdAt: '2026-01-01T00:00:00Z' }
const own = { ...user, language: null }
const session = {
  user,
  accessToken: 'new',
  refreshToken: 'r2',
  token: 'new',
  tokenType: 'Bearer',
  expiresIn: 900,
  message: '',
}
const expired = { userId: id, accessToken: 'old', refreshToken: 'r1', expiresAt: Number.MAX_SAFE_INTEGER }
const problem = (status: number, code: string, more: object = {}): Reply => ({
  status,
  type: 'application/problem+json',
  body: { type: 'x', title: 'x', status, detail: `about ${code}`, instance: 'req-1', code, ...more },
})

describe('the client', () => {
  it('renews a refused token once and repeats the request', async () => {
    const { baseUrl, asked } = await serve(({ url, headers }) => {
      if (url === '/api/auth/refresh') return { body: session }
      return headers.authorization === 'Bearer new' ? { body: own } : problem(401, 'token_expired')
    })
    const client = createClient({ baseUrl, tokens: memoryTokens(expired), check: checkShape })
    const [me] = await Promise.all([client.auth.me(), client.auth.me(), client.auth.me()])
    expect(me.username).toBe('ada')
    expect(asked.filter(({ line }) => line === 'POST /api/auth/refresh')).toHaveLength(1)
  })

  it('never finishes as one account what was begun as another', async () => {
    const other = { ...expired, userId: 'somebody else', accessToken: 'theirs', refreshToken: 'r9' }
    for (const refreshAnswers of [{ body: session }, problem(401, 'token_invalid')]) {
      const tokens = memoryTokens(expired)
      const { baseUrl, asked } = await serve(({ url }) => {
        // Another tab signs somebody else in while this one waits.
        if (url === '/api/images') tokens.write(other)
        return url === '/api/auth/refresh' ? refreshAnswers : problem(401, 'token_invalid')
      })
      const { images } = createClient({ baseUrl, tokens })
      await expect(images.upload(new File(['mine'], 'mine.jpg'))).rejects.toMatchObject({ status: 401 })
      expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer old'])
      expect(tokens.read()).toEqual(other)
      server?.close()
    }
  })

  it('gives problems as errors with code, faults and the time to wait', async () => {
    const { baseUrl } = await serve(({ url }) =>
      url === '/api/auth/login'
        ? { ...problem(429, 'rate_limited'), headers: { 'retry-after': '7' } }
        : problem(400, 'invalid_request', { errors: [{ path: 'password', message: 'short' }] }),
    )
    const { auth } = createClient({ baseUrl })
    const fault = await auth.register({ username: 'ada', password: 'x' }).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ProblemError)
    expect(fault).toMatchObject({
      code: 'invalid_request',
      status: 400,
      detail: 'about invalid_request',
      instance: 'req-1',
      errors: [{ path: 'password', message: 'short' }],
    })
    await expect(auth.login({ username: 'ada', password: 'x' })).rejects.toMatchObject({ retryAfter: 7 })
  })

  it.each([
    [502, 'internal'],
    [423, 'upload_locked'],
  ])('makes a problem of a %i that is none', async (status, code) => {
    const { baseUrl } = await serve(() => ({ status, body: '<h1>Not now</h1>', type: 'text/html' }))
    await expect(createClient({ baseUrl }).images.get(id)).rejects.toMatchObject({ code, status })
  })

  it('tells no answer from a bad one, and an abort from both', async () => {
    const client = createClient({ baseUrl: 'http://127.0.0.1:1' })
    await expect(client.images.get(id)).rejects.toThrow(NetworkError)
    const aborted = AbortSignal.abort()
    await expect(client.images.get(id, { signal: aborted })).rejects.toMatchObject({ name: 'AbortError' })
  })

  it("fetches a job's picture from where it lies, without the credential, and tells when nothing answers there", async () => {
    let imageUrl = 'http://127.0.0.1:1/x'
    const { baseUrl, asked } = await serve(({ url }) =>
      url === '/api/jobs/j'
        ? { body: { status: 'complete', result: { imageUrl } } }
        : { body: 'picture', type: 'image/webp' },
    )
    const client = createClient({ baseUrl, apiKey: 'key' })
    await expect(client.jobs.result('j')).rejects.toThrow(NetworkError)
    for (const at of ['/images/i?sig=s', `${baseUrl}images/i?sig=s`]) {
      imageUrl = at
      expect(await (await client.jobs.result('j')).text()).toBe('picture')
      expect(asked.at(-1)).toMatchObject({ line: 'GET /images/i?sig=s' })
      expect(asked.at(-1)?.headers['x-api-key']).toBe(undefined)
    }
  })

  it('walks all pages, one after the other', async () => {
    const { baseUrl, asked } = await serve(({ url }) => {
      const cursor = new URL(url ?? '', 'http://x').searchParams.get('cursor')
      return { body: { items: [], nextCursor: cursor === null ? 'b' : null } }
    })
    const client = createClient({ baseUrl, apiKey: 'key', check: checkShape })
    let pages = 0
    for await (const page of client.images.pages({ q: 'sea & sky', limit: 2 })) pages += page.items.length + 1
    expect(pages).toBe(2)
    expect(asked.map(({ line }) => line)).toEqual([
      'GET /api/images?q=sea+%26+sky&limit=2',
      'GET /api/images?q=sea+%26+sky&limit=2&cursor=b',
    ])
    expect(asked[0]?.headers['x-api-key']).toBe('key')
  })

  it('uploads with the fields before the file', async () => {
    const { baseUrl, asked } = await serve(() => problem(415, 'unsupported_media_type'))
    const client = createClient({ baseUrl, tokens: memoryTokens(expired) })
    const file = new File(['no picture'], 'notes.jpg')
    await expect(
      client.images.upload(file, { visibility: 'public', tags: ['a', 'b'] }),
    ).rejects.toMatchObject({ code: 'unsupported_media_type' })
    const body = asked[0]?.body ?? ''
    expect(body.indexOf('name="visibility"')).toBeGreaterThan(0)
    expect(body.indexOf('name="tags"')).toBeLessThan(body.indexOf('filename="notes.jpg"'))
    expect(asked[0]?.headers.authorization).toBe('Bearer old')
  })

  it('refuses an answer of another shape where checking is on', async () => {
    const { baseUrl } = await serve(() => ({ body: { id } }))
    await expect(createClient({ baseUrl, check: checkShape }).images.get(id)).rejects.toThrow(/no Image/)
  })

  it('signs out here although the service is away, and says that it was not told', async () => {
    const tokens = memoryTokens(expired)
    const { auth } = createClient({ baseUrl: 'http://127.0.0.1:1', tokens })
    await expect(auth.logout()).rejects.toThrow(NetworkError)
    expect(tokens.read()).toBeNull()
  })
})
