import type { EventType } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { type EventLog, eventsAppendedTopic, type LoggedEvent } from '../../jobs/index.ts'
import { type Bus, openBus } from '../../platform/events/index.ts'
import { createOutbound, type Outbound } from '../../platform/http/outbound.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { type NotifyConfig, notifyConfigSchema } from '../config.ts'
import { openTarget, type Received, type Target, verify } from '../testing/webhooks-setup.ts'
import { createPurges, keepPurges, type Purges, purgePresets } from './index.ts'

const purgeSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

describe('purges', () => {
  let database: TestDatabase
  let bus: Bus
  let outbound: Outbound
  let target: Target
  let running: Purges[]
  let log: LoggedEvent[]
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.db.query('truncate cache_purges, cache_purge_cursor')
    bus = await openBus({ url: 'memory:' })
    outbound = createOutbound({ allow: ['0.0.0.0/0'] })
    target = await openTarget()
    running = []
    log = []
  })
  afterEach(async () => {
    await Promise.all(running.map((purges) => purges.close()))
    await outbound.close()
    await bus.close()
    await target.close()
  })

  const create = (config: Partial<NotifyConfig> = {}, settleMs = 0): Purges => {
    const events: EventLog = {
      after: async (position, { limit }) => log.filter((event) => event.position > position).slice(0, limit),
      positionOf: async () => null,
      head: async () => log.length,
    }
    const purges = createPurges({
      db: database.db,
      events,
      bus,
      outbound,
      clock: { now: () => new Date() },
      log: createLogger('silent'),
      config: { ...notifyConfigSchema.parse({}), purgeUrls: [target.url], ...config },
      random: () => 0.5,
      settleMs,
    })
    running.push(purges)
    return purges
  }
  const start = async (config?: Partial<NotifyConfig>, settleMs?: number): Promise<Purges> => {
    const purges = create(config, settleMs)
    await purges.start()
    await vi.waitFor(async () => expect(await count('cache_purge_cursor')).toBe(1))
    return purges
  }
  const count = async (table: string): Promise<number> =>
    (await database.db.query(`select 1 from ${table}`)).length
  const happen = async (type: EventType, imageId: string = uuidv7()): Promise<string> => {
    const position = log.length + 1
    log.push({ id: uuidv7(), position, type, ownerId: uuidv7(), imageId, data: {}, createdAt: new Date() })
    await bus.publish(eventsAppendedTopic, { position })
    return `image-${imageId}`
  }
  const tagsOf = ({ body }: Received): string[] => (JSON.parse(body) as { tags: string[] }).tags
  const told = (): string[] => target.got.flatMap(tagsOf)
  const hurry = async (): Promise<void> => {
    await database.db.query('update cache_purges set due_at = now()')
    await bus.publish(eventsAppendedTopic, {})
  }

  it('say by tag what was deleted or changed, signed, with the headers of the operator, and nothing else', async () => {
    await start({ purgeSecret, purgeHeaders: [['Fastly-Key', 'k']] })
    for (const type of ['image.created', 'image.complete', 'job.complete', 'upload.complete'] as const) {
      await happen(type)
    }
    const tags: string[] = []
    for (const type of ['image.deleted', 'image.updated', 'image.version.created'] as const) {
      tags.push(await happen(type))
    }
    await vi.waitFor(() => expect(told().sort()).toEqual(tags.sort()))
    for (const received of target.got) {
      expect(verify(purgeSecret, received)).toEqual({ tags: tagsOf(received) })
      expect(received.headers).toMatchObject({
        'surrogate-key': tagsOf(received).join(' '),
        'fastly-key': 'k',
        'content-type': 'application/json',
      })
    }
    await vi.waitFor(async () => expect(await count('cache_purges')).toBe(0))
  })

  it('are said again once every process knows of the change', async () => {
    const purges = await start({}, 3_600_000)
    const tag = await happen('image.updated')
    await vi.waitFor(() => expect(told()).toEqual([tag]))
    // Not done with it: it is due again, when the change is an hour old.
    await vi.waitFor(async () => {
      const rows = await database.db.query<{ minutes: number }>(
        'select extract(epoch from due_at - changed_at)::float8 / 60 as minutes from cache_purges where attempts = 0',
      )
      expect(rows).toEqual([{ minutes: 60 }])
    })
    expect(await purges.waiting()).toBe(1)
    await database.db.query(`update cache_purges set changed_at = changed_at - interval '2 hours'`)
    await hurry()
    await vi.waitFor(async () => expect(await purges.waiting()).toBe(0))
    expect(told()).toEqual([tag, tag])
  })

  it('are tried again until the cache has taken them, over the end of the process', async () => {
    target.answer.status = 500
    const first = await start()
    const tag = await happen('image.deleted')
    await vi.waitFor(() => expect(target.got.length).toBeGreaterThan(0))
    await first.close()
    target.answer.status = 204
    target.got.length = 0
    const second = await start()
    await hurry()
    await vi.waitFor(async () => expect(await second.waiting()).toBe(0))
    expect(told()).toEqual([tag])
  })

  it('wait longer after each failure', async () => {
    target.answer.status = 503
    await start()
    // It failed after `since` and before it is looked at, so its pause lies between two, however long either takes.
    const look = async (since: number) => {
      const [row] = await database.db.query<{ attempts: number; now: number; least: number; most: number }>(
        `select attempts, extract(epoch from now())::float8 as now,
           extract(epoch from due_at - now())::float8 as least,
           extract(epoch from due_at)::float8 - $1 as most from cache_purges`,
        [since],
      )
      if (row === undefined) throw new Error('no purge waits')
      return row
    }
    const [begun] = await database.db.query<{ now: number }>(
      'select extract(epoch from now())::float8 as now',
    )
    let since = begun?.now ?? 0
    await happen('image.deleted')
    let attempts = 0
    while (attempts < 12) {
      await vi.waitFor(async () => {
        const seen = await look(since)
        expect(seen.attempts).toBeGreaterThan(attempts)
        // While it is under way it is due when the lease is over.
        expect(target.got).toHaveLength(seen.attempts)
        const pause = Math.min(300, 2 ** (seen.attempts - 1))
        expect(seen.least).toBeLessThanOrEqual(pause)
        expect(seen.most).toBeGreaterThanOrEqual(pause)
        ;({ attempts, now: since } = seen)
      })
      await hurry()
    }
  })

  it('of a change that comes while one is under way are not taken for done with it', async () => {
    target.answer.status = 0
    const slow = await start()
    const imageId = uuidv7()
    await happen('image.updated', imageId)
    await vi.waitFor(() => expect(target.held.size).toBe(1))
    const purges = await start()
    await happen('image.updated', imageId)
    // By another process: the first waits for its answer.
    await vi.waitFor(() => expect(target.held.size).toBe(2))
    const [first, second] = target.held
    first?.writeHead(204).end()
    await slow.close()
    expect(await purges.waiting()).toBe(1)
    second?.writeHead(204).end()
    await vi.waitFor(async () => expect(await purges.waiting()).toBe(0))
    expect(target.got).toHaveLength(2)
  })

  it('reach every cache, and one that is away holds up no other', async () => {
    const other = await openTarget()
    target.answer.status = 500
    try {
      await start({ purgeUrls: [target.url, other.url] })
      const tag = await happen('image.deleted')
      await vi.waitFor(() => expect(other.got.flatMap(tagsOf)).toEqual([tag]))
      await vi.waitFor(async () => expect(await count('cache_purges')).toBe(1))
    } finally {
      await other.close()
    }
  })

  it('wait for no cache when none is configured any more, and know nothing of what happens until one is', async () => {
    target.answer.status = 500
    const before = await start()
    await happen('image.deleted')
    await vi.waitFor(() => expect(target.got.length).toBeGreaterThan(0))
    await before.close()
    const without = create({ purgeUrls: [] })
    await without.start()
    expect(await without.waiting()).toBe(0)
    expect(await count('cache_purge_cursor')).toBe(0)
    await happen('image.deleted')
    await database.db.transaction((tx) => keepPurges(tx, async ({ types }) => types.map(() => uuidv7())))
    expect(await without.waiting()).toBe(0)
    target.answer.status = 204
    target.got.length = 0
    await start()
    const tag = await happen('image.deleted')
    await vi.waitFor(() => expect(told()).toEqual([tag]))
  })

  it('of events that were forgotten reach every cache, over a start', async () => {
    const other = await openTarget()
    try {
      await (await start()).close()
      const imageIds = Array.from({ length: 600 }, () => uuidv7())
      await database.db.transaction((tx) => keepPurges(tx, async () => imageIds))
      const purges = await start({ purgeUrls: [target.url, other.url] })
      const tags = imageIds.map((id) => `image-${id}`)
      await vi.waitFor(() => {
        expect(new Set(told())).toEqual(new Set(tags))
        expect(new Set(other.got.flatMap(tagsOf))).toEqual(new Set(tags))
      }, 10_000)
      await vi.waitFor(async () => expect(await purges.waiting()).toBe(0), 10_000)
    } finally {
      await other.close()
    }
  })

  it('of presets that others took the place of say them by name, and are nothing where no cache is told', async () => {
    const forget = () => database.db.transaction((tx) => purgePresets(tx, ['small', 'hero']))
    await forget()
    expect(await count('cache_purges')).toBe(0)
    const purges = await start()
    await forget()
    await bus.publish(eventsAppendedTopic, {})
    await vi.waitFor(() => expect(told().sort()).toEqual(['preset-hero', 'preset-small']))
    await vi.waitFor(async () => expect(await purges.waiting()).toBe(0))
  })

  it('of many changes go together', async () => {
    target.answer.status = 0
    await start()
    await happen('image.deleted')
    await vi.waitFor(() => expect(target.held.size).toBe(1))
    for (let n = 0; n < 250; n += 1) await happen('image.deleted')
    target.answer.status = 204
    for (const response of target.held) response.writeHead(204).end()
    await vi.waitFor(() => expect(new Set(told()).size).toBe(251))
    expect(target.got.length).toBeLessThan(8)
  })
})

describe('the configuration of purges', () => {
  const parse = (input: Record<string, string>) => notifyConfigSchema.safeParse(input)
  it('takes several caches and headers, private addresses too', () => {
    const { data } = parse({
      purgeUrls: 'http://10.0.0.7:6081/.purge, http://localhost/x',
      purgeHeaders: 'Authorization: Bearer a:b, X-Y: 1',
    })
    expect(data?.purgeUrls).toHaveLength(2)
    expect(data?.purgeHeaders).toEqual([
      ['Authorization', 'Bearer a:b'],
      ['X-Y', '1'],
    ])
  })
  it.each([
    [{ purgeUrls: 'ftp://x/' }],
    [{ purgeUrls: 'varnish:6081' }],
    [{ purgeHeaders: 'no colon' }],
    [{ purgeHeaders: 'X: a\r\nY: b' }],
    [{ purgeSecret: 'short' }],
  ])('refuses %j', (input) => {
    expect(parse(input).success).toBe(false)
  })
})
