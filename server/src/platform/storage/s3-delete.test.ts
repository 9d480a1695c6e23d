import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { isFailure } from '@rendition/contract'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type S3StandIn, s3Habits, startS3StandIn } from '../../../test/services/s3-stand-in.ts'
import { openStorage, type Storage, storageKey } from './index.ts'

describe('deleting in a bucket', () => {
  let folder: string
  let store: S3StandIn
  let storage: Storage
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-s3-delete-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  beforeEach(async () => {
    store = await startS3StandIn()
    const endpoint = encodeURIComponent(store.url)
    storage = await openStorage({ url: `s3://AK:secret@pictures/below?endpoint=${endpoint}`, folder })
  })
  afterEach(async () => {
    await storage.close()
    await store.close()
  })

  const keys = (count: number, name = 'k') =>
    Array.from({ length: count }, (_, n) => storageKey('images', `${name}${n}`, 'original'))
  const put = async (count: number) => {
    for (const key of keys(count)) store.objects.set(`/pictures/below/${key}`, Buffer.from('x'))
  }
  const asked = (method: string) => store.seen.filter((request) => request.method === method)

  it.each(Object.keys(s3Habits))('works where a store has this habit: %s', async (name) => {
    store.habit = s3Habits[name] ?? (() => null)
    const [key] = keys(1, 'one')
    if (key === undefined) throw new Error('no key')
    await storage.put(key, Buffer.from('bytes'))
    expect(await buffer(await storage.get(key))).toEqual(Buffer.from('bytes'))
    await storage.delete([key])
    expect(await storage.head(key)).toBeNull()

    // What it costs to find out, it costs once.
    await put(40)
    store.seen = []
    await storage.delete(keys(40))
    expect(store.objects).toEqual(new Map())
    const refused = store.seen.filter((request) => store.habit(request) !== null)
    expect(refused).toEqual([])
    // Keys that are not there are no error, however they are deleted.
    await storage.delete(keys(2, 'missing'))
  })

  it('goes by thousands where a store takes that, and is done with what was given', async () => {
    await put(2_100)
    await storage.delete(keys(2_100))
    expect(store.objects.size).toBe(0)
    expect(asked('POST')).toHaveLength(3)
  })

  it('deletes one by one no more than a few at a time, and all it can before it says what it could not', async () => {
    store.habit = ({ many, method }) => {
      if (many) return { status: 501, code: 'NotImplemented' }
      return method === 'DELETE' && asked('DELETE').length === 3
        ? { status: 403, code: 'AccessDenied' }
        : null
    }
    await put(60)
    const failure = await storage.delete(keys(60)).catch((error: unknown) => error)
    expect(isFailure(failure, 'unavailable')).toBe(true)
    expect(store.objects.size).toBe(1)
    expect(asked('DELETE')).toHaveLength(60)
    expect(store.mostConnections).toBeLessThanOrEqual(17)
  })

  it('takes a store that is busy or away for nothing else, and asks it as before afterwards', async () => {
    await put(1)
    store.habit = () => ({ status: 503, code: 'SlowDown' })
    expect(isFailure(await storage.delete(keys(1)).catch((e: unknown) => e), 'unavailable')).toBe(true)
    expect(asked('DELETE')).toEqual([])
    store.habit = () => null
    store.seen = []
    await storage.delete(keys(1))
    expect(store.objects.size).toBe(0)
    expect(store.seen.map(({ many }) => many)).toEqual([true])
  })

  it('says what the store said where it lets nothing be deleted', async () => {
    store.habit = ({ many, method }) =>
      many || method === 'DELETE' ? { status: 403, code: 'AccessDenied' } : null
    await put(1)
    const failure = await storage.delete(keys(1)).catch((error: unknown) => error)
    expect(isFailure(failure, 'unavailable')).toBe(true)
    expect(String((failure as Error).cause)).toContain('AccessDenied')
    expect(store.objects.size).toBe(1)
  })
})
