import type { CreatedApiKey, SessionTokens } from '@rendition/contract'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import type { Bus } from '../../platform/events/port.ts'
import { type App, createApp } from '../../platform/http/app.ts'
import {
  createRequestLimits,
  inMemory,
  type LimitsConfig,
  limitsConfigSchema,
} from '../../platform/limits/index.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import {
  type AuthConfig,
  type AuthOptions,
  authConfigSchema,
  createAuth,
  generateSigningKey,
} from '../index.ts'
import { registerAuth } from '../routes.ts'
import type { Auth } from '../types.ts'

export const password = 'correct horse battery'

/** A clock that only moves when told. Starts now: rows that the database dates itself must fit. */
export function movableClock() {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    advance: (seconds: number) => {
      offset += seconds * 1000
    },
  }
}

/** Delivers at once, to everybody in this process who shares it. */
export function localBus(): Bus {
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  return {
    reach: 'process',
    publish: async (topic, payload) => {
      for (const listener of listeners.get(topic) ?? []) listener(JSON.parse(JSON.stringify(payload)))
    },
    subscribe: async (topic, onMessage) => {
      const all = listeners.get(topic) ?? new Set()
      listeners.set(topic, all.add(onMessage))
      return async () => void all.delete(onMessage)
    },
    check: async () => {},
    close: async () => {},
  }
}

export interface Answer<T = Record<string, unknown>> {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  body: T
}

export interface AuthApp {
  app: App
  auth: Auth
  database: TestDatabase
  clock: ReturnType<typeof movableClock>
  config: AuthConfig
  logged: () => string
  send<T = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    options?: {
      token?: string
      key?: string
      body?: unknown
      address?: string
      headers?: Record<string, string>
    },
  ): Promise<Answer<T>>
  /** Registers a new account; the first of an app is its administrator. */
  join(name: string): Promise<SessionTokens>
  key(token: string, request?: Record<string, unknown>): Promise<CreatedApiKey>
  close(): Promise<void>
}

export interface AuthAppOptions extends Partial<Omit<AuthOptions, 'config' | 'db' | 'clock' | 'log'>> {
  config?: Partial<AuthConfig>
  /** Nothing is counted without it, but wrong passwords. */
  limits?: Partial<LimitsConfig>
  database?: TestDatabase
  clock?: ReturnType<typeof movableClock>
}

/** The auth room behind HTTP, on a database of its own, with cheap hashes. */
export async function authApp(options: AuthAppOptions = {}): Promise<AuthApp> {
  const { config: given, limits, database: shared, clock = movableClock(), ...rest } = options
  const database = shared ?? (await testDatabase())
  const config = authConfigSchema.parse({ hashMemoryKib: 64, hashPasses: 1, ...given })
  const lines: string[] = []
  const log = createLogger('trace', { write: (line: string) => void lines.push(line) })
  const signingKey = rest.signingKey ?? (await generateSigningKey())
  const auth = await createAuth({
    ...rest,
    db: database.db,
    signingKey,
    sealingSecret: 'of tests',
    publicUrl: 'https://pictures.test',
    config,
    clock,
    log,
  })
  const app = createApp({
    log,
    authenticate: auth.authenticate,
    requestTimeoutMs: 30_000,
    trustProxy: true,
    ...(limits === undefined
      ? {}
      : { limits: createRequestLimits(limitsConfigSchema.parse(limits), inMemory) }),
  })
  await app.register(async (scope) => registerAuth(scope as unknown as App, auth))

  const send: AuthApp['send'] = async (method, url, { token, key, body, address, headers } = {}) => {
    const answer = await app.inject({
      method,
      url,
      ...(body === undefined ? {} : { payload: body as object }),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(address === undefined ? {} : { 'x-forwarded-for': address }),
        'user-agent': 'test',
        ...headers,
      },
    })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? undefined : answer.json(),
    } as never
  }
  const created = async <T>(url: string, body: unknown, token?: string): Promise<T> => {
    const answer = await send<T>('POST', url, { body, ...(token === undefined ? {} : { token }) })
    if (answer.status !== 201) throw new Error(`${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return {
    app,
    auth,
    database,
    clock,
    config,
    logged: () => lines.join(''),
    send,
    join: (name) =>
      created('/api/auth/register', { [name.includes('@') ? 'email' : 'username']: name, password }),
    key: (token, request = {}) => created('/api/auth/keys', request, token),
    close: async () => {
      await app.close()
      await auth.close()
      if (shared === undefined) await database.close()
    },
  }
}
