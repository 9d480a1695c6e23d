import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../log.ts'
import { cacheContract } from './cache.contract.ts'
import { type FolderCacheOptions, openFolderCache } from './folder.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rendition-folder-cache-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const opened = (name: string, more: Partial<FolderCacheOptions> = {}) =>
  openFolderCache({
    folder: join(root, name),
    maxBytes: 10_000_000,
    hasRoom: async () => true,
    log: silentLog,
    ...more,
  })

cacheContract('folder', async () => ({ cache: await opened('contract'), stop: async () => {} }))

describe('a cache in a folder', () => {
  const ttl = { ttlMs: 60_000 }
  const filesIn = (name: string) => readdir(join(root, name))

  it('stays within its bytes, and lets go of what was not read for longest', async () => {
    // A value of 10,000 bytes takes three blocks, and one counts for its name.
    const cache = await opened('bounded', { maxBytes: 10 * 16_384 })
    for (let n = 0; n < 9; n += 1) await cache.set(`k${n}`, Buffer.alloc(10_000), ttl)
    await cache.get('k0')
    for (let n = 9; n < 13; n += 1) await cache.set(`k${n}`, Buffer.alloc(10_000), ttl)
    expect(await cache.get('k0')).not.toBeNull()
    expect(await cache.get('k1')).toBeNull()
    await cache.close()
    expect(await filesIn('bounded')).toHaveLength(10)
  })

  it('says of what is too large that it is not kept, and keeps no file of it', async () => {
    const cache = await opened('large', { maxBytes: 50_000 })
    expect(await cache.set('a', Buffer.alloc(1_000), ttl)).toBe(true)
    expect(await cache.set('b', Buffer.alloc(60_000), ttl)).toBe(false)
    expect(await cache.get('b')).toBeNull()
    expect(await cache.get('a')).not.toBeNull()
    await cache.close()
    expect(await filesIn('large')).toHaveLength(1)
  })

  it('is there again after a restart, in the same order, without what is over, cut off or foreign', async () => {
    const before = await opened('restart')
    const past = (time: number) => vi.waitFor(() => expect(Date.now()).toBeGreaterThan(time), { interval: 1 })
    for (const key of ['a', 'b', 'c']) {
      await before.set(key, Buffer.alloc(10_000, key), ttl)
      // The order is kept in milliseconds: two of the same one have none.
      await past(Date.now())
    }
    await before.set('over', Buffer.from('x'), { ttlMs: 30 })
    const lastSet = Date.now()
    await before.get('a')
    await before.close()
    await writeFile(join(root, 'restart', '.half'), 'x')
    await past(lastSet + 30)
    const after = await opened('restart', { maxBytes: 2 * 16_384 })
    expect(await after.get('b')).toBeNull()
    expect(await after.get('over')).toBeNull()
    expect(await after.get('a')).toEqual(Buffer.alloc(10_000, 'a'))
    expect(await after.get('c')).toEqual(Buffer.alloc(10_000, 'c'))
    await after.close()
    expect(await filesIn('restart')).toHaveLength(2)
  })

  it('misses what was emptied by hand, and goes on', async () => {
    const cache = await opened('emptied')
    await cache.set('a', Buffer.from('x'), ttl)
    for (const name of await filesIn('emptied')) await rm(join(root, 'emptied', name))
    expect(await cache.get('a')).toBeNull()
    expect(await cache.touch('a', ttl)).toBe(false)
    expect(await cache.set('a', Buffer.from('y'), ttl)).toBe(true)
    expect(String(await cache.get('a'))).toBe('y')
    await cache.close()
  })

  it('takes nothing while the disk is full, and gives what it has', async () => {
    let room = true
    const cache = await opened('full', { hasRoom: async () => room })
    expect(await cache.set('a', Buffer.from('x'), ttl)).toBe(true)
    room = false
    expect(await cache.set('b', Buffer.from('x'), ttl)).toBe(false)
    expect(await cache.get('a')).not.toBeNull()
    await cache.close()
  })

  it('has what it says it took, also where the older value is removed meanwhile', async () => {
    const cache = await opened('removed')
    for (let n = 0; n < 80; n += 1) {
      const key = `k${n}`
      await cache.set(key, Buffer.from('old'), ttl)
      let isSet = false
      const setting = cache.set(key, Buffer.alloc(20_000, 'n'), ttl).finally(() => {
        isSet = true
      })
      for (let turn = 0; turn < (n * 30) % 41; turn += 1) await new Promise(setImmediate)
      // What was written by now is removed as well.
      const wasSet = isSet
      await cache.delete([key])
      const taken = await setting
      expect([taken, (await cache.get(key)) !== null]).toEqual([taken, taken && !wasSet])
    }
    await cache.close()
  })

  it('shows its files to nobody else', async () => {
    const cache = await opened('closed')
    await cache.set('a', Buffer.from('x'), ttl)
    const [name = ''] = await filesIn('closed')
    expect((await stat(join(root, 'closed', name))).mode & 0o077).toBe(0)
    await cache.close()
  })
})
