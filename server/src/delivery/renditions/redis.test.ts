import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisMissing, startRedis } from '../../../test/services/redis.ts'
import type { Service } from '../../../test/services/service.ts'
import { openCache } from '../../platform/cache/index.ts'
import type { Cache } from '../../platform/cache/port.ts'
import { openBus } from '../../platform/events/index.ts'
import type { Bus } from '../../platform/events/port.ts'
import { type Door, type House, openHouse, ownerAsking } from '../testing/house.ts'
import { photo } from '../testing/pictures.ts'

/** Facts that outlive the test: what a process learns of a change, it learns from the announcement. */
const unforgetting = { factsTtlMs: 3_600_000, factsLimitMs: 3_600_000 }

describe.skipIf(redisMissing)(
  `processes around one Redis${redisMissing === undefined ? '' : ` [skipped: ${redisMissing}]`}`,
  () => {
    let folder: string
    let server: Service
    let house: House
    let doors: Door[] = []
    const connections: (Cache | Bus)[] = []

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'delivery-redis-'))
      server = await startRedis(folder)
      house = await openHouse({ bus: await openBus({ url: server.url }) })
      doors = await Promise.all([newProcess(), newProcess(), newProcess()])
    })
    afterAll(async () => {
      await house?.close()
      await Promise.all(connections.map((connection) => connection.close()))
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    /** One more process: connections, memory and facts of its own. */
    async function newProcess(): Promise<Door> {
      const cache = await openCache({ url: server.url, maxBytes: 0 })
      const bus = await openBus({ url: server.url })
      connections.push(cache, bus)
      return house.open(unforgetting, cache, bus)
    }
    const ask = async (
      door: Door,
      path: string,
    ): Promise<{ status: number; layer: string; bytes: Buffer }> => {
      const response = await fetch(`${door.url}${path}`)
      const layer = /detail=(\w+)/.exec(response.headers.get('cache-status') ?? '')?.[1] ?? ''
      return { status: response.status, layer, bytes: Buffer.from(await response.arrayBuffer()) }
    }

    it('render equal misses once, and find what one of them made', async () => {
      const { id } = await house.upload(await photo(1200, 800), 'public')
      const before = house.counts.renders
      const letGo = house.holdRenders()
      const all = doors.flatMap((door) => [
        ask(door, `/images/${id}?w=640`),
        ask(door, `/images/${id}?w=640`),
      ])
      await vi.waitFor(() => expect(house.counts.renders).toBe(before + 1))
      letGo()
      const answers = await Promise.all(all)
      expect(house.counts.renders).toBe(before + 1)
      expect(new Set(answers.map(({ layer }) => layer))).toEqual(new Set(['rendered', 'cache']))
      for (const { status, bytes } of answers) {
        expect(status).toBe(200)
        expect(bytes.equals(answers[0]?.bytes ?? bytes)).toBe(true)
      }
      expect((await ask(await newProcess(), `/images/${id}?w=640`)).layer).toBe('cache')
    })

    it('render it once again after a purge, which took it from every level of every process', async () => {
      const { id } = await house.upload(await photo(1200, 800), 'public')
      const path = `/images/${id}?w=640&v=1`
      for (const door of [...doors, ...doors]) await ask(door, path)
      await Promise.all(doors.map((door) => door.delivery.idle()))
      const entries = doors.map((door) => door.delivery.load().memoryEntries)
      await house.images.library.purge(ownerAsking, id)
      await vi.waitFor(() => {
        doors.forEach((door, at) => {
          expect(door.delivery.load().memoryEntries).toBe((entries[at] ?? 0) - 1)
        })
      })
      expect(await house.images.reader.ledger.list(id)).toEqual([])
      const before = house.counts.renders
      const layers: string[] = []
      for (const door of doors) layers.push((await ask(door, path)).layer)
      expect(layers).toEqual(['rendered', 'cache', 'cache'])
      expect(house.counts.renders).toBe(before + 1)
    })

    it('all answer 404 after a deletion, and show the new picture after a replacement', async () => {
      const { id } = await house.upload(await photo(1200, 800), 'public')
      const path = `/images/${id}?w=640`
      for (const door of [...doors, ...doors]) expect((await ask(door, path)).status).toBe(200)
      await house.replace(id, await photo(900, 900))
      await vi.waitFor(async () => {
        const answers = await Promise.all(doors.map((door) => ask(door, path)))
        const squares = answers.map(({ bytes }) => bytes.readUInt16BE(jpegHeight(bytes)))
        expect(squares).toEqual(doors.map(() => 640))
      })
      await house.images.library.delete(ownerAsking, id)
      await vi.waitFor(async () => {
        for (const door of doors) expect((await ask(door, path)).status).toBe(404)
        for (const door of doors) expect((await ask(door, `${path}&v=1`)).status).toBe(404)
      })
    })

    it('go on without it, and nobody is told anything else', async () => {
      const { id } = await house.upload(await photo(1200, 800), 'public')
      const first = await ask(doors[0] as Door, `/images/${id}?w=640`)
      await doors[0]?.delivery.idle()
      await server.kill()
      try {
        const other = await ask(doors[1] as Door, `/images/${id}?w=640`)
        expect([other.status, other.layer]).toEqual([200, 'storage'])
        expect(other.bytes.equals(first.bytes)).toBe(true)
        expect((await ask(doors[1] as Door, `/images/${id}?w=480`)).layer).toBe('rendered')
      } finally {
        await server.start()
      }
    })
  },
)

/** Where a baseline JPEG says its height. */
function jpegHeight(bytes: Buffer): number {
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at + 1] === 0xc0) return at + 5
  }
  throw new Error('no baseline JPEG')
}
