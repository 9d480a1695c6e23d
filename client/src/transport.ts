import { NetworkError, problemFrom } from './problem.ts'
import type { Session } from './session.ts'
import type { ShapeCheck, ShapeName } from './shape.ts'
import type { Tokens } from './tokens.ts'

/** One request. `body` is sent as JSON unless it is a form. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Of the service, or a whole URL that an answer named. */
  path: string
  query?: object | undefined
  body?: unknown
  headers?: Record<string, string>
  /** Leave the credential out: for signing in. */
  anonymous?: boolean
  signal?: AbortSignal | undefined
}

export interface Transport {
  url(path: string, query?: object): string
  /** A successful answer; `ProblemError` or `NetworkError` otherwise. A refused token is renewed once. */
  send(call: Call): Promise<Response>
  json<T>(shape: ShapeName, call: Call): Promise<T>
  /** Holds `value` to its shape where checking is on. */
  checked<T>(shape: ShapeName, value: unknown): T
  /** Runs `attempt` with the credential's headers, and again with new ones after a 401. */
  authorized<T extends { status: number }>(
    attempt: (headers: Record<string, string>) => Promise<T>,
    /** Whether a 401 is about something else than the credential, which a new one would not mend. */
    isOther?: (answer: T) => Promise<boolean>,
  ): Promise<T>
}

export interface TransportOptions {
  baseUrl: string
  fetch: typeof fetch
  apiKey: string | undefined
  session: () => Session
  check: ShapeCheck | undefined
}

/** Of a request that proves the password as well: trying it again would count a second guess. */
const isWrongPassword = async (answer: Response): Promise<boolean> =>
  problemFrom(answer.status, await answer.clone().text(), () => null).code === 'invalid_credentials'

const bearer = ({ accessToken }: Tokens): Record<string, string> => ({
  authorization: `Bearer ${accessToken}`,
})

export function createTransport(options: TransportOptions): Transport {
  const root = options.baseUrl.replace(/\/+$/, '')

  const url: Transport['url'] = (path, query = {}) => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value))
    }
    const text = parameters.toString()
    const whole = URL.canParse(path) ? path : `${root}${path}`
    return `${whole}${text === '' ? '' : `?${text}`}`
  }

  const authorized: Transport['authorized'] = async (attempt, isOther) => {
    if (options.apiKey !== undefined) return attempt({ 'x-api-key': options.apiKey })
    const session = options.session()
    const tokens = await session.valid()
    if (tokens === null) return attempt({})
    const answer = await attempt(bearer(tokens))
    if (answer.status !== 401 || (await isOther?.(answer)) === true) return answer
    const renewed = await session.renew(tokens)
    return renewed === null ? answer : attempt(bearer(renewed))
  }

  const attempt = async (call: Call, credential: Record<string, string>): Promise<Response> => {
    const form = call.body instanceof FormData
    const headers: Record<string, string> = { accept: 'application/json', ...call.headers, ...credential }
    if (call.body !== undefined && !form) headers['content-type'] = 'application/json'
    const init: RequestInit = { method: call.method, headers }
    if (call.body !== undefined) init.body = form ? (call.body as FormData) : JSON.stringify(call.body)
    if (call.signal !== undefined) init.signal = call.signal
    try {
      return await options.fetch(url(call.path, call.query), init)
    } catch (error) {
      if (call.signal?.aborted === true) throw error
      throw new NetworkError('The service could not be reached.', { cause: error })
    }
  }

  const send: Transport['send'] = async (call) => {
    const answer =
      call.anonymous === true
        ? await attempt(call, {})
        : await authorized((credential) => attempt(call, credential), isWrongPassword)
    if (answer.ok) return answer
    throw problemFrom(answer.status, await answer.text(), (name) => answer.headers.get(name))
  }

  const checked = <T>(shape: ShapeName, value: unknown): T => {
    options.check?.(shape, value)
    return value as T
  }

  return {
    url,
    send,
    checked,
    authorized,
    json: async (shape, call) => checked(shape, await (await send(call)).json()),
  }
}
