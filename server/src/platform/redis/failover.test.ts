// @module-tag slow/real-servers
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { redisMissing, startRedis, startSentinel } from '../../../test/services/redis.ts'
import { freePort, type Service } from '../../../test/services/service.ts'
import { startTcpProxy } from '../../../test/services/tcp-proxy.ts'
import { moveIn } from './testing/tenants.ts'

const why = redisMissing === undefined ? '' : ` [skipped: ${redisMissing}]`
const within = { timeout: 30_000, interval: 50 }
const limit = { timeout: 180_000 }

describe.skipIf(redisMissing)(`Redis fails over${why}`, () => {
  let folder: string
  let places = 0
  const closers: (() => unknown)[] = []
  /** What was said of trouble, by the message of the error. */
  let troubles: string[]
  const log = {
    info: () => {},
    error: () => {},
    warn: ({ err }: { err?: Error }) => void troubles.push(err?.message ?? ''),
  }

  beforeEach(async () => {
    troubles = []
    folder = await mkdtemp(join(tmpdir(), 'rendition-failover-'))
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    await rm(folder, { recursive: true, force: true })
  })

  const place = async (): Promise<string> => {
    places += 1
    const path = join(folder, `${places}`)
    await mkdir(path)
    return path
  }
  const serve = async (options: Parameters<typeof startRedis>[1] = {}): Promise<Service> => {
    const service = await startRedis(await place(), options)
    closers.push(() => service.kill())
    return service
  }
  /** A connection of the operator's. */
  const operate = (service: Service): Redis => {
    const client = new Redis(service.url, { retryStrategy: () => 100 })
    client.on('error', () => {})
    closers.push(() => client.disconnect())
    return client
  }
  const target = ({ url }: Service) => ({ host: '127.0.0.1', port: Number(new URL(url).port) })
  const fact = async (client: Redis, name: string): Promise<string | undefined> =>
    new RegExp(`^${name}:(.*)\r`, 'm').exec(await client.info('replication'))?.[1]
  const linked = (replica: Redis) =>
    vi.waitFor(async () => expect(await fact(replica, 'master_link_status')).toBe('up'), within)
  /** Until the replica has everything that the primary has by now. */
  const caughtUp = async (primary: Redis, replica: Redis): Promise<void> => {
    const offset = Number(await fact(primary, 'master_repl_offset'))
    await vi.waitFor(
      async () => expect(Number(await fact(replica, 'slave_repl_offset'))).toBeGreaterThanOrEqual(offset),
      within,
    )
  }

  async function pair() {
    const one = await serve()
    const two = await serve({ replicaOf: one })
    const [primary, replica] = [operate(one), operate(two)]
    await linked(replica)
    const address = await startTcpProxy([target(one)])
    closers.push(() => address.close())
    const tenants = await moveIn(`redis://127.0.0.1:${address.port}`, log)
    closers.push(() => tenants.close())
    await caughtUp(primary, replica)
    return { one, two, primary, replica, address, tenants }
  }

  it('when the primary is killed', limit, async () => {
    const { one, two, replica, address, tenants } = await pair()
    await one.kill()
    await tenants.bear()
    await replica.replicaof('NO', 'ONE')
    address.lead([target(two)])
    await tenants.goOn(replica)
  })

  it('when the primary falls silent and its connections are never ended', limit, async () => {
    const { one, two, replica, address, tenants } = await pair()
    process.kill(one.pid(), 'SIGSTOP')
    await replica.replicaof('NO', 'ONE')
    address.lead([target(two)])
    await tenants.bear()
    await tenants.goOn(replica)
  })

  it(
    'when the old primary lives on as a replica, behind the address still or in running connections',
    limit,
    async () => {
      const { two, primary, replica, address, tenants } = await pair()
      await replica.replicaof('NO', 'ONE')
      await primary.replicaof('127.0.0.1', target(two).port)
      await linked(primary)
      await tenants.bear()
      expect(troubles).toEqual(expect.arrayContaining([expect.stringMatching(/^READONLY/)]))
      address.lead([target(two)])
      await tenants.goOn(replica)
      // Nobody is left there but this test and the link.
      await vi.waitFor(async () => {
        const clients = String(await primary.client('LIST'))
          .trim()
          .split('\n')
        expect(clients.filter((line) => !/flags=[MS]/.test(line))).toHaveLength(1)
      }, within)
    },
  )

  it('when Sentinels promote the replica, and back again', limit, async () => {
    const [password, ownPassword] = ['secret', 'other']
    const one = await serve({ password })
    const two = await serve({ password, replicaOf: one })
    const [first, second] = [operate(one), operate(two)]
    await linked(second)
    const options = { primary: one, name: 'pictures', password, ownPassword }
    const sentinels = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const sentinel = await startSentinel(await place(), options)
        closers.push(() => sentinel.kill())
        return sentinel
      }),
    )
    const agreed = async () => {
      for (const client of sentinels.map(operate)) {
        await vi.waitFor(async () => {
          expect(String(await client.call('SENTINEL', 'CKQUORUM', 'pictures'))).toMatch(/^OK 3/)
          const replicas = (await client.call('SENTINEL', 'REPLICAS', 'pictures')) as unknown[][]
          expect(replicas.map((facts) => `${facts[facts.indexOf('flags') + 1]}`)).toEqual(['slave'])
        }, within)
        client.disconnect()
      }
    }
    await agreed()
    // The first of the list answers nobody.
    const hosts = [await freePort(), ...sentinels.map(({ url }) => new URL(url).port)]
    const list = hosts.map((port) => `127.0.0.1:${port}`).join(',')
    const url = `redis+sentinel://:${password}@${list}/pictures?sentinelPassword=${ownPassword}`
    const tenants = await moveIn(url, log)
    closers.push(() => tenants.close())
    await caughtUp(first, second)
    await one.kill()
    await tenants.bear()
    await tenants.goOn(second)

    await one.start()
    await linked(first)
    await agreed()
    await caughtUp(second, first)
    process.kill(two.pid(), 'SIGSTOP')
    await tenants.goOn(first)
  })
})
