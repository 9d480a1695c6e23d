import { randomBytes } from 'node:crypto'
import { expect, vi } from 'vitest'
import { undescribed } from './described.ts'

export interface Answer<T = Record<string, unknown>> {
  status: number
  headers: Headers
  body: T
  bytes: Buffer
}

export interface Account {
  username: string
  password: string
  userId: string
  accessToken: string
  refreshToken: string
}

/** One file of a multipart upload. */
export interface File {
  name: string
  type?: string
  bytes: Uint8Array
  /** The form field; `image` unless said. */
  field?: string
}

type Json = Record<string, unknown>

export interface ImageBody extends Json {
  id: string
  jobId: string
  status: string
  originalName: string
  width: number
  height: number
  size: number
  version: number
  sizes: Record<string, { url: string; width: number; height: number; size: number; format: string }>
}

export type Api = ReturnType<typeof createApi>

/**
 * Plain `fetch` with what holds for every answer checked on the way: a request id, a problem document with its code for
 * every refusal, and nothing that the API description does not say.
 */
export function createApi(baseUrl: string, accessToken?: string) {
  async function send<T = Json>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const headers = new Headers(init.headers)
    if (accessToken !== undefined && !headers.has('authorization') && !headers.has('x-api-key')) {
      headers.set('authorization', `Bearer ${accessToken}`)
    }
    const url = new URL(path, baseUrl)
    const response = await fetch(url, { redirect: 'manual', ...init, headers })
    const bytes = Buffer.from(await response.arrayBuffer())
    const type = response.headers.get('content-type') ?? ''
    const body = /json/.test(type) ? JSON.parse(bytes.toString()) : undefined
    const answer = { status: response.status, headers: response.headers, body, bytes }
    expect(answer.headers.get('x-request-id'), `X-Request-Id of ${path}`).toBeTruthy()
    if (answer.status >= 400) expectProblem(answer, path)
    const { code } = (body ?? {}) as { code?: unknown }
    const told = { status: answer.status, type: type.replace(/;.*/, ''), code }
    expect(undescribed(init.method ?? 'GET', url.pathname, told), `undescribed of ${url.pathname}`).toBeNull()
    return answer
  }

  const withBody =
    (method: string) =>
    <T = Json>(path: string, body?: unknown, headers: Record<string, string> = {}) =>
      send<T>(path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      })

  const api = {
    baseUrl,
    accessToken,
    send,
    get: <T = Json>(path: string, headers: Record<string, string> = {}) => send<T>(path, { headers }),
    post: withBody('POST'),
    patch: withBody('PATCH'),
    delete: withBody('DELETE'),
    as: (token: string) => createApi(baseUrl, token),
    anonymous: () => createApi(baseUrl),

    /** Registers a new account under a name of its own. */
    async register(): Promise<Account> {
      const username = `u${randomBytes(8).toString('hex')}`
      const password = `secret ${username}`
      const { status, body } = await createApi(baseUrl).post<{
        user: { id: string }
        accessToken: string
        refreshToken: string
      }>('/api/auth/register', { username, password })
      expect(status).toBe(201)
      return {
        username,
        password,
        userId: body.user.id,
        accessToken: body.accessToken,
        refreshToken: body.refreshToken,
      }
    },

    /** A new account's own view of the service. */
    async signedIn() {
      const account = await api.register()
      return { account, ...createApi(baseUrl, account.accessToken) }
    },

    upload<T = ImageBody>(
      files: readonly File[],
      fields: Record<string, string> = {},
      path = '/api/images',
    ): Promise<Answer<T>> {
      const form = new FormData()
      for (const [name, value] of Object.entries(fields)) form.append(name, value)
      for (const { name, type = 'application/octet-stream', bytes, field = 'image' } of files) {
        form.append(field, new Blob([new Uint8Array(bytes)], { type }), name)
      }
      return send<T>(path, { method: 'POST', body: form })
    },

    /** Waits until the image is complete, and gives it. */
    complete(id: string): Promise<ImageBody> {
      return vi.waitFor(
        async () => {
          const { body } = await api.get<ImageBody>(`/api/images/${id}`)
          if (body.status === 'failed') return body
          expect(body.status).toBe('complete')
          return body
        },
        { timeout: 40_000, interval: 50 },
      )
    },

    /** Waits until the job has ended in any way, and gives it. */
    ended(jobId: string): Promise<Json> {
      return vi.waitFor(
        async () => {
          const { body } = await api.get(`/api/jobs/${jobId}`)
          expect(['complete', 'failed', 'cancelled']).toContain(body.status)
          return body
        },
        { timeout: 40_000, interval: 50 },
      )
    },

    /** Uploads one picture and waits for its sizes. */
    async picture(bytes: Uint8Array, name = 'picture.jpg', fields: Record<string, string> = {}) {
      const { status, body } = await api.upload([{ name, bytes }], fields)
      expect(status, JSON.stringify(body)).toBe(201)
      return api.complete(body.id)
    },
  }
  return api
}

/** RFC 9457, our members included. */
export function expectProblem(answer: Answer<unknown>, what = ''): void {
  expect(answer.headers.get('content-type'), what).toMatch(/^application\/problem\+json/)
  expect(answer.headers.get('cache-control'), what).toBe('no-store')
  expect(answer.body, what).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status: answer.status,
    detail: expect.any(String),
    instance: expect.any(String),
    code: expect.stringMatching(/^[a-z_]+$/),
  })
}

/** The status and the code together, as one thing to compare. */
export const refusal = (answer: Answer): string => `${answer.status} ${String(answer.body?.code)}`

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
