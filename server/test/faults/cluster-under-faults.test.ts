import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openQueue } from '../../src/platform/queue/index.ts'
import type { PartName } from '../cluster/parts.ts'
import { type SplitRole, topologyMissing } from '../cluster/topology.ts'
import type { Weather } from '../services/tcp-proxy.ts'
import { beginLoad, type Cluster, lastWords, startCluster } from './cluster.ts'
import { checkInvariants } from './invariants.ts'
import type { Load } from './load.ts'
import { freeze } from './signals.ts'

/** The short form: fewer faults, shorter outages, the same invariants. */
const short = process.env.FAULTS === 'short'
const outageMs = short ? 6_000 : 20_000
const weatherMs = short ? 4_000 : 10_000
const missing = topologyMissing('split')
const parts: readonly PartName[] = ['postgres', 'redis', 'rabbitmq', 's3']
const limit = { timeout: 600_000 }

/** Without these, uploads and downloads go on. */
const optional: readonly PartName[] = ['redis', 'rabbitmq']

describe.skipIf(missing)(`faults${missing === undefined ? '' : ` [skipped: ${missing}]`}`, () => {
  let cluster: Cluster
  let load: Load

  beforeAll(async () => {
    cluster = await startCluster()
  }, 240_000)
  afterAll(() => cluster?.stop(), 240_000)

  beforeEach(async () => {
    load = await beginLoad(cluster)
    load.start()
    await grows(3)
  }, 120_000)
  afterEach(async (context) => {
    await load?.stop()
    await load?.close()
    if (context.task.result?.state !== 'fail') return
    process.stderr.write(
      `${context.task.name}: ${context.task.result.errors?.[0]?.stack}\n${lastWords(cluster)}`,
    )
  }, 120_000)

  /** Waits until so many more uploads are acknowledged. */
  async function grows(by: number): Promise<void> {
    const before = load.acknowledged.size
    await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThanOrEqual(before + by), {
      timeout: 120_000,
      interval: 100,
    })
  }

  /** What everybody may see of a part that is away: nothing at all, or honest refusals. */
  async function away(name: PartName, ms: number): Promise<void> {
    const before = { acknowledged: load.acknowledged.size, refused: load.refused, answered: load.answered }
    await pause(ms)
    expect(load.answered).toBeGreaterThan(before.answered)
    if (optional.includes(name)) expect(load.acknowledged.size).toBeGreaterThan(before.acknowledged)
    else expect(load.refused).toBeGreaterThan(before.refused)
  }

  async function afterwards(name: PartName | null): Promise<void> {
    await grows(3)
    await checkInvariants(load, cluster)
    // A body that was on its way from the storage ends with it; everybody else is told what is the matter.
    if (name !== null && name !== 's3') expect(load.broken).toBe(0)
  }

  describe.each(short ? (['postgres'] as const) : parts)('%s', (name) => {
    it('is stopped and comes back', limit, async () => {
      const { service } = cluster.real.parts[name]
      await service.kill()
      await away(name, outageMs)
      await service.start()
      await afterwards(name)
    })

    it.each(short ? [] : ['frozen'])('is %s and thaws', limit, async () => {
      const thaw = await freeze(cluster.real.parts[name].service.pid())
      try {
        await away(name, outageMs)
      } finally {
        thaw()
      }
      await afterwards(name)
    })

    const weathers: Weather[] = short
      ? []
      : [
          { kind: 'slow', ms: 150 },
          { kind: 'cut', afterBytes: 2_000 },
          { kind: 'half-closed', afterBytes: 1_500 },
          { kind: 'silent' },
          { kind: 'refused' },
        ]
    it.each(weathers)('is behind a network that is $kind', limit, async (weather) => {
      const { network } = cluster.real.parts[name]
      network.weather(weather)
      await pause(weatherMs)
      network.weather({ kind: 'fair' })
      await afterwards(weather.kind === 'slow' ? name : null)
    })
  })

  const roles: readonly SplitRole[] = short ? ['worker'] : ['gateway', 'auth', 'api', 'delivery', 'worker']
  it.each(roles)(
    'every %s is killed in the middle of everything, one after the other',
    limit,
    async (role) => {
      for (let round = 0; round < (short ? 1 : 4); round += 1) {
        for (const one of cluster.topology.processes[role]) {
          await pause(300 + Math.random() * 1_000)
          await one.kill()
          await one.start()
        }
      }
      await afterwards(null)
    },
  )

  it.each(short ? [] : (['gateway', 'api', 'delivery', 'worker'] as const))(
    'a %s is frozen and thaws',
    limit,
    async (role) => {
      const thaw = await freeze(cluster.topology.processes[role][0]?.pid() ?? -1)
      try {
        await pause(outageMs)
      } finally {
        thaw()
      }
      // The front of the test goes to both gateways in turn, whatever they do: one who waits for a frozen one waits.
      if (role === 'gateway') load.hung.length = 0
      await afterwards(null)
    },
  )

  it('messages come twice, late and in any order', limit, async () => {
    const queue = await openQueue({ url: cluster.real.direct.queueUrl })
    const until = Date.now() + weatherMs
    let sent = 0
    while (Date.now() < until) {
      const rows = await cluster.db.query<{ id: string }>('select id from jobs order by random() limit 20')
      const messages = rows.map(({ id }) => ({ v: 1 as const, jobId: id }))
      await queue.publish('interactive', [...messages, ...messages])
      await queue.publish('bulk', messages.reverse())
      sent += 3 * messages.length
      await pause(100)
    }
    await queue.close()
    expect(sent).toBeGreaterThan(100)
    await afterwards(null)
  })
})
