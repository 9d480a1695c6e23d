import { truncate } from 'node:fs/promises'
import { Failure } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { etagOf } from '../../images/renditions/etag.ts'
import { ssim } from '../../imaging/testing/compare.ts'
import { decoded } from '../../imaging/testing/rendering.ts'
import { openCache } from '../../platform/cache/index.ts'
import type { Cache } from '../../platform/cache/port.ts'
import { originalKey } from '../../platform/storage/key.ts'
import { deliveryConfigSchema } from '../config.ts'
import { madeTogether, sourceLevelsOf } from '../plan/source-levels.ts'
import { type Door, type House, openHouse, ownerAsking, stranger } from '../testing/house.ts'
import { photo } from '../testing/pictures.ts'
import { readStored } from './read-stored.ts'

let house: House
let door: Door

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  door = await house.open()
  Object.assign(house.counts, { renders: 0, reads: 0, queries: 0 })
})
afterEach(() => door.close())

const layerOf = (response: Response): string =>
  /detail=(\w+)/.exec(response.headers.get('cache-status') ?? '')?.[1] ?? ''
const fetchFrom = async (
  from: Door,
  path: string,
): Promise<{ status: number; layer: string; bytes: Buffer }> => {
  const response = await fetch(`${from.url}${path}`)
  return {
    status: response.status,
    layer: layerOf(response),
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}
/** A cache that several doors share, as Redis is shared by processes. */
const sharedCache = async (): Promise<Cache> => ({
  ...(await openCache({ url: 'memory:', maxBytes: 50_000_000 })),
  reach: 'cluster',
})

describe('equal misses', () => {
  it('render once in a process', async () => {
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const letGo = house.holdRenders()
    const all = Array.from({ length: 40 }, () => fetchFrom(door, `/images/${id}?w=640`))
    await vi.waitFor(() => expect(house.counts.renders).toBe(1))
    letGo()
    const answers = await Promise.all(all)
    expect(
      answers.every(({ status, bytes }) => status === 200 && bytes.equals(answers[0]?.bytes ?? bytes)),
    ).toBe(true)
    expect(house.counts.renders).toBe(1)
  })

  it('render once in a cluster', async () => {
    const cache = await sharedCache()
    const doors = await Promise.all([house.open({}, cache), house.open({}, cache), house.open({}, cache)])
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const letGo = house.holdRenders()
    const all = doors.flatMap((each) => [
      fetchFrom(each, `/images/${id}?w=640`),
      fetchFrom(each, `/images/${id}?w=640`),
    ])
    await vi.waitFor(() => expect(house.counts.renders).toBe(1))
    letGo()
    const answers = await Promise.all(all)
    expect(house.counts.renders).toBe(1)
    expect(new Set(answers.map(({ layer }) => layer))).toEqual(new Set(['rendered', 'cache']))
  })
})

describe('the same file of two owners', () => {
  it('is two pictures: neither tells of the other', async () => {
    const bytes = await photo(1200, 800)
    const ids = [await house.upload(bytes, 'public'), await house.upload(bytes, 'public', stranger)]
    for (const { id } of ids) expect((await fetchFrom(door, `/images/${id}?w=640`)).layer).toBe('rendered')
  })
})

describe('a render', () => {
  it('that nobody waits for any more is called off', async () => {
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const letGo = house.holdRenders()
    const [one, two] = [new AbortController(), new AbortController()]
    const path = `${door.url}/images/${id}?w=640`
    const first = fetch(path, { signal: one.signal }).catch(() => 'gone')
    const second = fetch(path, { signal: two.signal }).catch(() => 'gone')
    await vi.waitFor(() => expect(house.counts.renders).toBe(1))
    one.abort()
    expect(await first).toBe('gone')
    expect(door.delivery.load().running).toBe(1)
    two.abort()
    expect(await second).toBe('gone')
    await vi.waitFor(() => expect(door.delivery.load().running).toBe(0))
    letGo()
    expect((await fetch(`${door.url}/health`)).status).toBe(200)
  })

  it('that failed is told, kept nowhere and tried again', async () => {
    const whole = await photo(1200, 800)
    const { id } = await house.upload(whole, 'public')
    await using file = await house.storage.open(originalKey(id, 1))
    await truncate(file.path, Math.floor(whole.length / 4))
    for (let round = 1; round <= 2; round += 1) {
      const response = await fetch(`${door.url}/images/${id}?w=640`)
      expect(response.status).toBe(422)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(house.counts.renders).toBe(round)
    }
    expect(await house.images.reader.ledger.list(id)).toEqual([])
  })
})

describe('the storage level', () => {
  it('is not believed when the bytes are shorter than the ledger says', async () => {
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const path = `/images/${id}?w=640`
    const first = await fetchFrom(door, path)
    await door.delivery.idle()
    const [row] = await house.images.reader.ledger.list(id)
    if (row === undefined) throw new Error('nothing was recorded')
    const file = await house.storage.open(row.storageKey)
    await truncate(file.path, row.size - 10)
    await file[Symbol.asyncDispose]()
    const other = await house.open()
    const again = await fetchFrom(other, path)
    expect(again.layer).toBe('rendered')
    expect(again.bytes.equals(first.bytes)).toBe(true)
    await other.delivery.idle()
    expect((await fetchFrom(await house.open(), path)).layer).toBe('storage')
  })

  it('evicts what URLs made, least recently used first, and never presets', async () => {
    const { id } = await house.upload(await photo(1200, 800), 'public')
    for (const width of [384, 480, 640, 750]) await fetchFrom(door, `/images/${id}?w=${width}`)
    await door.delivery.idle()
    const made = await house.images.reader.ledger.list(id)
    const preset = made.find(({ width }) => width === 750)
    if (preset === undefined) throw new Error('nothing was recorded')
    await house.images.reader.ledger.record({ ...preset, kind: 'preset', name: 'kept' })
    // Another process with room for two of them uses the oldest, and makes one more.
    const sizeOf = (width: number): number => made.find((row) => row.width === width)?.size ?? 0
    const small = await house.open({ storageBytes: sizeOf(384) + sizeOf(640) })
    expect((await fetchFrom(small, `/images/${id}?w=384`)).layer).toBe('storage')
    await fetchFrom(small, `/images/${id}?w=96`)
    await small.close()
    const left = await house.images.reader.ledger.list(id)
    expect(left.map(({ kind, width }) => `${kind} ${width}`).sort()).toEqual([
      'delivery 384',
      'delivery 96',
      'preset 750',
    ])
    const keys: string[] = []
    for await (const { key } of house.storage.list(`images/${id}/renditions/`)) keys.push(key)
    expect(keys.sort()).toEqual(left.map(({ storageKey }) => String(storageKey)).sort())
  })

  it('answers from a render when nothing can be stored', async () => {
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const put = vi.spyOn(house.images.reader.ledger, 'record').mockRejectedValue(new Error('no ledger'))
    expect((await fetchFrom(door, `/images/${id}?w=640`)).status).toBe(200)
    await door.delivery.idle()
    put.mockRestore()
    expect(await house.images.reader.ledger.list(id)).toEqual([])
  })

  it('keeps the bytes of a row whose writing was answered too late', async () => {
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const record = house.images.reader.ledger.record
    const late = vi.spyOn(house.images.reader.ledger, 'record').mockImplementation(async (rendition, tx) => {
      await record(rendition, tx)
      throw new Error('no answer in time')
    })
    expect((await fetchFrom(door, `/images/${id}?w=640`)).status).toBe(200)
    await door.delivery.idle()
    late.mockRestore()
    const rows = await house.images.reader.ledger.list(id)
    expect(rows).toHaveLength(1)
    for (const { storageKey } of rows) expect(await house.storage.head(storageKey)).not.toBeNull()
  })
})

describe('a change of an image', () => {
  it('reaches every process and level: deletion', async () => {
    const cache = await sharedCache()
    const doors = await Promise.all([house.open({}, cache), house.open({}, cache)])
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const path = `/images/${id}?w=640&v=1`
    for (const each of [...doors, ...doors]) expect((await fetchFrom(each, path)).status).toBe(200)
    await house.images.library.delete(ownerAsking, id)
    await vi.waitFor(async () => {
      for (const each of doors) expect((await fetchFrom(each, path)).status).toBe(404)
    })
    for (const each of doors) expect(each.delivery.load().memoryEntries).toBe(0)
  })

  it('reaches every process and level: purge', async () => {
    const cache = await sharedCache()
    const doors = await Promise.all([house.open({}, cache), house.open({}, cache)])
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const path = `/images/${id}?w=640&v=1`
    for (const each of doors) {
      await fetchFrom(each, path)
      await each.delivery.idle()
    }
    await house.images.library.purge(ownerAsking, id)
    await vi.waitFor(() => {
      for (const each of doors) expect(each.delivery.load().memoryEntries).toBe(0)
    })
    expect((await fetchFrom(doors[0] as Door, path)).layer).toBe('rendered')
  })

  it('reaches every process: visibility', async () => {
    const other = await house.open()
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const path = `/images/${id}?preset=small`
    for (const each of [door, other, door, other]) expect((await fetchFrom(each, path)).status).toBe(200)
    await house.images.library.change(ownerAsking, id, { visibility: 'private' })
    await vi.waitFor(async () => {
      for (const each of [door, other]) expect((await fetchFrom(each, path)).status).toBe(404)
    })
  })

  it('is seen by a process that missed the announcement when its facts are over', async () => {
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const path = `/images/${id}?preset=small`
    await fetchFrom(door, path)
    const deaf = await house.open({ factsTtlMs: 200 })
    await deaf.delivery.close()
    await fetchFrom(deaf, path)
    await house.images.library.change(ownerAsking, id, { visibility: 'private' })
    await vi.waitFor(async () => expect((await fetchFrom(deaf, path)).status).toBe(404))
  })
})

describe('the database away', () => {
  it('hot answers go on, others are 503 with Retry-After', async () => {
    const { id } = await house.upload(await photo(1200, 800), 'public')
    const path = `/images/${id}?preset=small`
    await fetchFrom(door, path)
    await fetchFrom(door, path)
    const away = vi.spyOn(house.images.reader, 'facts').mockImplementation(async () => {
      throw new Failure('unavailable')
    })
    house.forward(10_000)
    expect((await fetchFrom(door, path)).status).toBe(200)
    house.forward(60_000)
    const late = await fetch(`${door.url}${path}`)
    expect(late.status).toBe(503)
    expect(late.headers.get('retry-after')).toBeTruthy()
    away.mockRestore()
    expect((await fetchFrom(door, path)).status).toBe(200)
  })
})

describe('the source of a small rendition', () => {
  it('is the smallest stored level, made once, and the picture has the size of the direct one', async () => {
    const { id } = await house.upload(await photo(4001, 2667), 'public')
    const first = await fetchFrom(door, `/images/${id}?w=384`)
    await door.delivery.idle()
    const rows = await house.images.reader.ledger.list(id)
    const levels = rows.filter(({ format, width }) => format === 'jpeg' && width > 384)
    expect(levels.map(({ kind, width, height }) => `${kind} ${width}x${height}`).sort()).toEqual([
      'delivery 1064x709',
      'delivery 512x341',
      'delivery 660x440',
      'delivery 832x555',
    ])
    expect(house.counts.renders).toBe(2)
    const second = await fetchFrom(door, `/images/${id}?w=256`)
    expect(house.counts.renders).toBe(3)
    // Larger ones have levels of their own.
    await fetchFrom(door, `/images/${id}?w=750`)
    expect(house.counts.renders).toBe(5)
    const meta = await sharp(first.bytes).metadata()
    expect([meta.width, meta.height]).toEqual([384, Math.round((384 * 2667) / 4001)])
    expect((await sharp(second.bytes).metadata()).width).toBe(256)
  })

  it('is made together with what is of about its size, whichever of them was asked for', () => {
    const subject = { width: 6000, height: 4000, hasAlpha: false, frames: 1, recipe: null }
    const groupsOf = (...sides: number[]): number[][] => {
      const levels = sourceLevelsOf(subject, sides)
      return levels.map((level) => madeTogether(levels, level).map(({ side }) => side))
    }
    const { levels } = deliveryConfigSchema.parse({})
    const [small, large] = [
      [512, 660, 832, 1064],
      [1344, 1710, 2176],
    ]
    expect(groupsOf(...levels)).toEqual([...small.map(() => small), ...large.map(() => large)])
    expect(groupsOf(300, 700)).toEqual([[300], [700]])
  })

  it('cannot be told from the original, whose copyright it carries', async () => {
    const marked = await sharp(await photo(4000, 2666))
      .withExif({ IFD0: { Copyright: '(c) Ann', Make: 'Camera' } })
      .jpeg({ quality: 92 })
      .toBuffer()
    const { id } = await house.upload(marked, 'private')
    const one = async (query: Record<string, string | number>): Promise<Buffer> =>
      (await fetchFrom(door, house.signer.signedUrl({ imageId: id, query }))).bytes
    const whole = await sharp(marked).raw().toBuffer({ resolveWithObject: true })
    // Both ends of what levels serve, and where one hands over to the next.
    for (const width of [64, 330, 425, 536, 687, 867, 868, 1103, 1400]) {
      const ours = await decoded(await one({ width, format: 'png' }))
      expect([width, ours.width]).toEqual([width, width])
      const once = sharp(whole.data, { raw: { width: 4000, height: 2666, channels: 3 } })
      const size = { width, height: ours.height, fit: 'fill' as const }
      const fine = await decoded(await once.resize(size).png().toBuffer())
      expect(ssim(ours, fine), `${width} px`).toBeGreaterThan(0.992)
    }
    const exifOf = async (bytes: Buffer): Promise<string> =>
      (await sharp(bytes).metadata()).exif?.toString('latin1') ?? ''
    const usual = await exifOf(await one({ width: 300 }))
    expect(usual).toContain('(c) Ann')
    expect(usual).not.toContain('Camera')
    expect(await exifOf(await one({ width: 300, metadata: 'keep' }))).toContain('Camera')
  })

  it('gives the same bytes whether the level lay there or was just made', async () => {
    const { id } = await house.upload(await photo(4000, 2666), 'public')
    const fresh = await fetchFrom(door, `/images/${id}?w=384`)
    await house.images.library.purge(ownerAsking, id)
    await vi.waitFor(() => expect(door.delivery.load().memoryEntries).toBe(0))
    await fetchFrom(door, `/images/${id}?w=256`)
    await door.delivery.idle()
    const again = await fetchFrom(door, `/images/${id}?w=384`)
    expect(again.layer).toBe('rendered')
    expect(again.bytes.equals(fresh.bytes)).toBe(true)
  })

  it('is made again when it went away while it was read, or is damaged', async () => {
    const { id } = await house.upload(await photo(4000, 2666), 'public')
    await fetchFrom(door, `/images/${id}?w=256`)
    await door.delivery.idle()
    const level = (await house.images.reader.ledger.list(id)).find(({ width }) => width === 660)
    if (level === undefined) throw new Error('no level was made')
    await house.storage.put(level.storageKey, Buffer.alloc(level.size, 'no picture'), {
      contentType: 'image/jpeg',
    })
    const lies = async (): Promise<string> => {
      const row = await house.images.reader.ledger.find(id, level.key)
      const bytes = await readStored(house.storage, row ?? level, new AbortController().signal)
      return bytes === null ? 'gone' : etagOf(bytes)
    }
    expect(await lies()).not.toBe(level.etag)
    expect((await fetchFrom(door, `/images/${id}?w=384`)).status).toBe(200)
    expect(await lies()).toBe(level.etag)
    expect(house.complaints).toContain('a stored level is damaged and made again')
    house.beforeRender(async () => house.storage.delete([level.storageKey]))
    expect(
      (await fetchFrom(door, house.signer.signedUrl({ imageId: id, query: { width: 400 } }))).status,
    ).toBe(200)
    expect(await lies()).toBe(level.etag)
  })

  it('is not left for the original when it is whole and nothing can be rendered just now', async () => {
    const { id } = await house.upload(await photo(4000, 2666), 'public')
    await fetchFrom(door, `/images/${id}?w=256`)
    await door.delivery.idle()
    const { renders } = house.counts
    house.beforeRender(async () => {
      throw new Failure('unavailable', 'A render process could not be started.')
    })
    expect((await fetchFrom(door, `/images/${id}?w=384`)).status).toBe(503)
    expect(house.counts.renders).toBe(renders + 1)
  })

  it('is made again when its bytes went away', async () => {
    const { id } = await house.upload(await photo(4000, 2666), 'public')
    await fetchFrom(door, `/images/${id}?w=256`)
    await door.delivery.idle()
    const level = (await house.images.reader.ledger.list(id)).find(({ width }) => width === 660)
    if (level === undefined) throw new Error('no level was made')
    await house.storage.delete([level.storageKey])
    expect((await fetchFrom(door, `/images/${id}?w=384`)).status).toBe(200)
  })
})
