// @module-tag slow/real-servers
import type { CachePurge, Image, Page, Process, StorageState } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { jpeg } from '../../src/images/testing/pictures.ts'
import { startTopology, type Topology, topologyMissing } from './topology.ts'

const missing = topologyMissing('split')

/** What administrators see and do where every role is a process of its own. */
describe.skipIf(missing)(`operations of many processes${missing ? ` [skipped: ${missing}]` : ''}`, () => {
  let topology: Topology
  let token: string
  beforeAll(async () => {
    topology = await startTopology('split', {
      counts: { gateway: 1, auth: 1, api: 1, delivery: 2, worker: 2 },
    })
    const body = { username: 'admin', password: 'correct horse' }
    token = (await send<{ accessToken: string }>('POST', '/api/auth/register', body)).accessToken
  }, 120_000)
  afterAll(() => topology?.stop())

  async function send<T>(method: string, path: string, body?: object): Promise<T> {
    const isForm = body instanceof FormData
    const answer = await fetch(topology.url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const processes = async () => (await send<{ items: Process[] }>('GET', '/api/admin/processes')).items
  const patiently = { timeout: 60_000, interval: 250 }

  it('each says how it is, and a worker that is killed is gone with what it held', async () => {
    await vi.waitFor(async () => {
      const roles = (await processes()).map((one) => one.roles.join()).sort()
      // A gateway alone opens no database.
      expect(roles).toEqual(['api', 'auth', 'delivery', 'delivery', 'worker', 'worker'])
    }, patiently)
    expect((await processes()).map(({ state }) => state)).toEqual(Array(6).fill('alive'))
    const [worker] = topology.processes.worker
    await worker?.kill()
    await vi.waitFor(async () => {
      const gone = (await processes()).filter(({ state }) => state === 'gone')
      expect(gone.map(({ roles, slots }) => [...roles, slots])).toEqual([['worker', 2]])
    }, patiently)
    await worker?.start()
    await vi.waitFor(async () => {
      const alive = (await processes()).filter(({ state }) => state === 'alive')
      expect(alive.map(({ roles }) => roles.join()).sort()).toEqual([
        'api',
        'auth',
        'delivery',
        'delivery',
        'worker',
        'worker',
      ])
    }, patiently)
  }, 180_000)

  it('a purge empties the memory of every process, and the sums are of all', async () => {
    const form = new FormData()
    form.set('image', new Blob([new Uint8Array(await jpeg(90, 60))]), 'a.jpg')
    form.set('visibility', 'public')
    const { id } = await send<Image>('POST', '/api/images', form)
    await vi.waitFor(
      async () => expect((await send<Image>('GET', `/api/images/${id}`)).status).toBe('complete'),
      patiently,
    )
    const at = async (index: number): Promise<string> => {
      const answer = await fetch(`${topology.processes.delivery[index]?.url}/images/${id}?width=640`)
      await answer.arrayBuffer()
      return answer.headers.get('cache-status') ?? String(answer.status)
    }
    for (const index of [0, 1]) {
      await at(index)
      await vi.waitFor(async () => expect(await at(index)).toMatch(/memory/), patiently)
    }
    const purge = await send<CachePurge>('POST', '/api/admin/purges', { what: 'image', value: id })
    await vi.waitFor(async () => {
      const { items } = await send<Page<CachePurge>>('GET', '/api/admin/purges')
      expect(items.find((one) => one.id === purge.id)?.status).toBe('complete')
    }, patiently)
    // Made anew by the first; the other finds what that made, and not what it had.
    const first = await vi.waitFor(async () => {
      const status = await at(0)
      expect(status).toMatch(/fwd=/)
      return status
    })
    expect(first).toMatch(/fwd=miss/)
    expect(await at(1)).not.toMatch(/detail=memory/)

    await vi.waitFor(async () => {
      const { layers } = await send<StorageState>('GET', '/api/admin/storage')
      expect(layers.memory).toBeGreaterThanOrEqual(2)
      expect(layers.render).toBeGreaterThanOrEqual(2)
      const own = (await processes()).filter(({ roles }) => roles.includes('delivery'))
      expect(layers.memory).toBe(own.reduce((sum, one) => sum + one.layers.memory, 0))
    }, patiently)
  }, 120_000)
})
