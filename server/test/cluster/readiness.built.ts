// @module-tag slow/real-servers
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadSecrets } from '../../src/platform/data-folder/index.ts'
import { type ReadyBalancer, startReadyBalancer } from '../services/ready-balancer.ts'
import { freePort } from '../services/service.ts'
import { partsMissing, type RealParts, startParts } from './parts.ts'
import { createProcess, type ServiceProcess } from './process.ts'

const roles = ['auth', 'api', 'delivery', 'worker'] as const
type Role = (typeof roles)[number]
const within = { timeout: 60_000, interval: 100 }

/**
 * Every role by itself behind what a plain Service does: who says that it is not ready is asked nothing. A part that a
 * role can answer without must not take the role away.
 */
describe.skipIf(partsMissing)(`readiness by need${partsMissing ? ` [skipped: ${partsMissing}]` : ''}`, () => {
  let folder: string
  let real: RealParts
  const processes = new Map<Role | 'gateway', ServiceProcess>()
  const balancers = new Map<Role | 'gateway', ReadyBalancer>()
  let url: string
  let picture: Buffer
  const credentials = { username: 'ann', password: 'correct horse' }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-readiness-'))
    real = await startParts(folder)
    await mkdir(join(folder, 'shared'))
    const secrets = JSON.stringify(await loadSecrets(join(folder, 'shared')))
    const front = await freePort()
    const start = async (role: Role | 'gateway', more: Record<string, string>): Promise<void> => {
      const one = createProcess(role, {
        HOST: '127.0.0.1',
        PORT: `${await freePort()}`,
        ROLES: role,
        DATA_DIR: join(folder, role),
        RENDER_PROCESSES: '1',
        ...more,
      })
      processes.set(role, one)
      await one.start()
      balancers.set(role, await startReadyBalancer([one.url], role === 'gateway' ? front : 0))
    }
    url = `http://127.0.0.1:${front}`
    const shared = { SECRETS: secrets, PUBLIC_URL: url, TRUST_PROXY: '127.0.0.0/8', ...real.variables }
    // Who runs no jobs is told of no broker.
    const queue = (role: Role) => (role === 'auth' || role === 'delivery' ? { QUEUE_URL: 'local:' } : {})
    await Promise.all(roles.map((role) => start(role, { ...shared, ...queue(role) })))
    const at = (role: Role): string => `http://127.0.0.1:${balancers.get(role)?.port}`
    await start('gateway', {
      UPSTREAM_AUTH: at('auth'),
      UPSTREAM_API: at('api'),
      UPSTREAM_DELIVERY: at('delivery'),
    })
    picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#c63' } })
      .jpeg()
      .toBuffer()
  }, 240_000)
  afterAll(async () => {
    await Promise.all([...balancers.values()].map((one) => one.close()))
    await Promise.all([...processes.values()].map((one) => one.stop()))
    await real?.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }, 120_000)

  interface Readiness {
    status: string
    parts: Record<string, { status: string; detail?: string }>
  }
  const readiness = async (role: Role): Promise<[number, Readiness]> => {
    const answer = await fetch(`${processes.get(role)?.url}/ready`)
    return [answer.status, (await answer.json()) as Readiness]
  }
  /** Waits until every role says this of a part that it uses. */
  const untilAll = (part: string, expected: Record<string, [number, string]>): Promise<void> =>
    vi.waitFor(async () => {
      const seen: Record<string, [number, string | undefined]> = {}
      for (const role of roles) {
        const [status, { parts }] = await readiness(role)
        if (parts[part] !== undefined) seen[role] = [status, parts[part]?.status]
      }
      expect(seen).toEqual(expected)
    }, within)

  const send = async <T>(
    method: string,
    path: string,
    token: string,
    body?: unknown,
  ): Promise<[number, T]> => {
    const form = body instanceof FormData
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const json = answer.headers.get('content-type')?.includes('json') === true
    return [answer.status, (json ? await answer.json() : await answer.arrayBuffer()) as T]
  }
  const upload = async (token: string): Promise<string> => {
    const form = new FormData()
    form.set('image', new Blob([new Uint8Array(picture)]), 'boat.jpg')
    const [status, image] = await send<{ id: string }>('POST', '/api/images', token, form)
    expect(status).toBe(201)
    return image.id
  }
  const complete = (token: string, id: string): Promise<void> =>
    vi.waitFor(async () => {
      const [, image] = await send<{ status: string }>('GET', `/api/images/${id}`, token)
      expect(image.status).toBe('complete')
    }, within)
  const signIn = async (): Promise<string> => {
    const [status, { accessToken }] = await send<{ accessToken: string }>(
      'POST',
      '/api/auth/login',
      '',
      credentials,
    )
    expect(status).toBe(200)
    return accessToken
  }
  let width = 100
  /** One that was never asked for. */
  const seesPicture = async (token: string, id: string): Promise<void> => {
    width += 1
    const [status] = await send('GET', `/images/${id}?width=${width}`, token)
    expect(status).toBe(200)
  }

  it('each role opens what it uses, and all are ready', async () => {
    await vi.waitFor(() => {
      expect([...balancers.values()].map(({ ready }) => ready.length)).toEqual(
        [...balancers.values()].map(() => 1),
      )
    }, within)
    const [status] = await send('POST', '/api/auth/register', '', credentials)
    expect(status).toBe(201)
    const opened = await Promise.all(
      roles.map(async (role) =>
        Object.keys((await readiness(role))[1].parts).filter((name) => name !== 'disk'),
      ),
    )
    expect(opened).toEqual([
      ['database', 'storage', 'cache'],
      ['database', 'storage', 'queue', 'cache'],
      ['database', 'storage', 'cache'],
      ['database', 'storage', 'queue', 'cache'],
    ])
  })

  it('without Redis people sign in, upload and see pictures', async () => {
    const before = await upload(await signIn())
    await real.parts.redis.service.kill()
    const away: [number, string] = [200, 'degraded']
    await untilAll('cache', { auth: away, api: away, delivery: away, worker: away })
    const token = await signIn()
    await complete(token, before)
    await seesPicture(token, before)
    const during = await upload(token)
    await complete(token, during)
    await seesPicture(token, during)
    await real.parts.redis.service.start()
    const back: [number, string] = [200, 'ok']
    await untilAll('cache', { auth: back, api: back, delivery: back, worker: back })
  }, 180_000)

  it('without the broker too, and what was uploaded is made when it is back', async () => {
    const token = await signIn()
    const before = await upload(token)
    await complete(token, before)
    await real.parts.rabbitmq.service.kill()
    await untilAll('queue', { api: [200, 'degraded'], worker: [503, 'down'] })
    expect((await readiness('api'))[1].parts.queue?.detail).toContain('jobs wait')
    const during = await upload(await signIn())
    await seesPicture(token, before)
    await seesPicture(token, during)
    await real.parts.rabbitmq.service.start()
    await untilAll('queue', { api: [200, 'ok'], worker: [200, 'ok'] })
    await complete(token, during)
  }, 180_000)
})
