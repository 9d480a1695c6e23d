// @module-tag slow/real-servers
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BalancedClient, balanceGateways } from './balanced-client.ts'
import type { ServiceProcess } from './process.ts'
import { startTopology, type Topology, topologyMissing } from './topology.ts'

const missing = topologyMissing('split')
/** Two roles roll at a time: all five at once are more starting processes than two cores feed. */
const tracks = [
  ['gateway', 'auth', 'worker'],
  ['api', 'delivery'],
] as const
/** Between two rounds of a person: the same again at once would take all the machine from what starts, 48 s of processor at 150. */
const restMs = 500
const account = { username: 'ann', password: 'correct horse' }

/** What a rollout does, but harder: the old process goes before the new one comes. */
async function replace(one: ServiceProcess): Promise<void> {
  const code = await one.stop()
  if (code !== 0) throw new Error(`${one.name} ended with ${code}:\n${one.output()}`)
  await one.start()
}

describe.skipIf(missing)(`a rolling update${missing ? ` (${missing})` : ''}`, () => {
  let topology: Topology
  let client: BalancedClient
  let photo: Blob
  let authorization: string
  beforeAll(async () => {
    topology = await startTopology('split', {
      counts: { gateway: 2, auth: 2, api: 2, delivery: 2, worker: 1 },
      env: {
        // Twice the time between two probes of a gateway.
        STOP_DELAY_MS: '4500',
        // A starved machine is not what this is about.
        RENDER_QUEUE_WAIT_MS: '60000',
        DELIVERY_RENDER_TIMEOUT_MS: '60000',
      },
    })
    client = balanceGateways(topology.processes.gateway.map(({ url }) => url))
    const bytes = await sharp({ create: { width: 600, height: 400, channels: 3, background: '#c63' } })
      .jpeg()
      .toBuffer()
    photo = new Blob([new Uint8Array(bytes)])
    const { accessToken } = await client.ask('POST', '/api/auth/register', { json: account })
    authorization = `Bearer ${String(accessToken)}`
  }, 180_000)
  afterAll(async () => {
    client?.close()
    await topology?.stop()
  }, 120_000)

  /** One person's day, over and over until told to stop; every answer must be a good one. */
  async function useUntil(stop: AbortSignal): Promise<{ rounds: number; kept: string[] }> {
    const kept: string[] = []
    let rounds = 0
    for (; !stop.aborted; rounds += 1) {
      const form = new FormData()
      form.set('image', photo, `${rounds}.jpg`)
      const { id } = await client.ask('POST', '/api/images', { authorization, form })
      const image = `/api/images/${String(id)}`
      await client.ask('PATCH', image, { authorization, json: { altText: `round ${rounds}` } })
      await client.ask('GET', `/images/${String(id)}?width=${100 + (rounds % 50)}`, { authorization })
      await client.ask('POST', '/api/jobs', {
        authorization,
        json: { imageId: id, type: 'transform', parameters: { width: 90 }, saveImage: false },
      })
      await client.ask('GET', '/api/images?limit=5', { authorization })
      await client.ask('GET', '/api/auth/me', { authorization })
      if (rounds % 5 === 0) await client.ask('POST', '/api/auth/login', { json: account })
      // A request that has no body and must not be sent twice.
      if (rounds % 3 === 0) await client.ask('DELETE', image, { authorization })
      else kept.push(String(id))
      await pause(restMs)
    }
    return { rounds, kept }
  }

  it('fails no request while every process is replaced, one after the other in each role', async () => {
    const over = new AbortController()
    const people = Promise.all([1, 2].map(() => useUntil(over.signal)))
    const rollout = Promise.all(
      tracks.map(async (roles) => {
        for (const one of roles.flatMap((role) => topology.processes[role])) await replace(one)
      }),
    ).finally(() => over.abort())
    // Whoever fails first is what the test tells.
    await Promise.race([rollout, people])
    await rollout
    const used = await people
    expect(client.failures).toEqual([])
    expect(client.answers).toBeGreaterThan(30)

    // Nothing that was acknowledged is missing, and all of it is made.
    const kept = used.flatMap((one) => one.kept)
    expect(kept.length).toBeGreaterThan(2)
    const limit = Date.now() + 120_000
    for (const id of kept) {
      for (;;) {
        const { status } = await client.ask('GET', `/api/images/${id}`, { authorization })
        if (status === 'complete') break
        expect(['pending', 'processing']).toContain(status)
        if (Date.now() > limit) throw new Error(`${id} is still ${String(status)}`)
        await pause(100)
      }
    }
  }, 300_000)
})
