import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { isFailure } from '@rendition/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mountSmallDisk, smallDiskMissing } from '../../../../acceptance/src/small-disk.ts'
import { openFileStorage } from './file.ts'
import { growingContract } from './growing.contract.ts'
import { openStorage, originalKey, renditionKey, storageKey } from './index.ts'
import { storageContract } from './storage.contract.ts'

storageContract('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-storage-'))
  return {
    storage: await openStorage({ url: 'file:', folder }),
    largeSize: 3_000_000,
    changedLinks: null,
    stop: () => rm(folder, { recursive: true }),
  }
})

growingContract('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-growing-'))
  const open = () => openStorage({ url: 'file:', folder })
  return { storage: await open(), another: open, stop: () => rm(folder, { recursive: true }) }
})

describe('file storage', () => {
  let folder: string
  const key = storageKey('images', 'one', 'original')
  const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error)
  const openFiles = async (): Promise<number> => {
    const names = await readdir('/proc/self/fd')
    const paths = await Promise.all(names.map((fd) => realpath(`/proc/self/fd/${fd}`).catch(() => '')))
    return paths.filter((path) => path.startsWith(folder)).length
  }

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'rendition-files-')))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it('spreads images over folders by the time in their id', async () => {
    const storage = await openFileStorage({ folder })
    const id = '0192ab3c-1111-7000-8000-000000000000'
    await storage.put(originalKey(id, 1), Buffer.from('x'))
    await storage.put(renditionKey(id, 'abc.webp'), Buffer.from('y'))
    expect(await readdir(join(folder, 'images', '@0192ab', id))).toEqual(['original', 'renditions'])
  })

  it('leaves no empty folder behind a deleted image', async () => {
    const storage = await openFileStorage({ folder })
    const keys = [originalKey('0192ab3c-1', 1), renditionKey('0192ab3c-1', 'abc')]
    for (const each of keys) await storage.put(each, Buffer.from('x'))
    await storage.delete(keys)
    expect(await readdir(folder)).toEqual(['.drafts', '.growing'])
  })

  it('takes another folder from its URL', async () => {
    const other = join(folder, 'with space', 'deep')
    const storage = await openStorage({ url: `file://${encodeURI(other)}`, folder: '/nowhere' })
    await storage.put(key, Buffer.from('x'))
    expect(await readFile(join(other, 'images', 'one', 'original'), 'utf8')).toBe('x')
  })

  it('says where an object lies, and lets its group read where another program sends it', async () => {
    const storage = await openStorage({ url: 'file:', folder: join(folder, 'shared'), sendfile: true })
    await storage.put(key, Buffer.from('four'))
    const draft = await storage.draft()
    await writeFile(draft.path, 'draft')
    const drafted = storageKey('images', 'two', 'original')
    await draft.commit(drafted)
    for (const each of [key, drafted]) {
      const { folder: root, path } = (await storage.locate?.(each)) ?? { folder: '', path: '' }
      expect([root, path]).toEqual([join(folder, 'shared'), each])
      const modes = [stat(join(root, path)), stat(join(root, path, '..')), stat(root)]
      expect((await Promise.all(modes)).map(({ mode }) => mode & 0o777)).toEqual([0o640, 0o750, 0o750])
    }
    expect(
      isFailure(await failure(storage.locate?.(originalKey('none', 1)) ?? Promise.resolve()), 'not_found'),
    ).toBe(true)
    await expect(openStorage({ url: 's3://bucket', folder, sendfile: true })).rejects.toThrow(
      /DELIVERY_SENDFILE.*file:/,
    )
  })

  it('is refused where clients are to be sent to it', async () => {
    const opening = openStorage({ url: 'file:', folder, directUrl: 'https://pictures.example.org' })
    await expect(opening).rejects.toThrow(/DELIVERY_DIRECT_URL.*s3:/)
  })

  it('follows no link, neither for an object nor on the way to one', async () => {
    const storage = await openFileStorage({ folder: join(folder, 'tree') })
    const outside = join(folder, 'outside')
    await mkdir(join(outside, 'one'), { recursive: true })
    await writeFile(join(outside, 'one', 'original'), 'secret')
    await mkdir(join(folder, 'tree', 'images', 'two'), { recursive: true })
    await symlink(join(outside, 'one'), join(folder, 'tree', 'images', 'one'))
    await symlink(join(outside, 'one', 'original'), join(folder, 'tree', 'images', 'two', 'original'))

    for (const linked of [key, storageKey('images', 'two', 'original')]) {
      expect(isFailure(await failure(storage.locate?.(linked) ?? Promise.resolve()), 'not_found')).toBe(true)
      expect(isFailure(await failure(storage.get(linked)), 'not_found')).toBe(true)
      expect(isFailure(await failure(storage.open(linked)), 'not_found')).toBe(true)
    }
    expect(isFailure(await failure(storage.put(key, Buffer.from('overwritten'))), 'unavailable')).toBe(true)
    await storage.delete([key])
    expect(await readFile(join(outside, 'one', 'original'), 'utf8')).toBe('secret')
    const listed: string[] = []
    for await (const object of storage.list('')) listed.push(object.key)
    expect(listed).toEqual([])
  })

  it('does not wait for ever on a pipe', async () => {
    const storage = await openFileStorage({ folder })
    await mkdir(join(folder, 'images', 'one'), { recursive: true })
    execFileSync('mkfifo', [join(folder, 'images', 'one', 'original')])
    expect(isFailure(await failure(storage.get(key)), 'not_found')).toBe(true)
  })

  it('removes drafts of processes that are gone, and those of living ones not', async () => {
    const storage = await openFileStorage({ folder })
    const mine = await storage.draft()
    const drafts = join(folder, '.drafts')
    // This pid with another start is an earlier process that had the same number.
    const gone = [`${process.pid}-1-abc`, '4194304000-123-abc', 'rubbish']
    for (const name of gone) await writeFile(join(drafts, name), 'left over')
    await openFileStorage({ folder })
    expect((await readdir(drafts)).map((name) => join(drafts, name))).toEqual([mine.path])
  })

  it('refuses a link in place of a draft', async () => {
    const storage = await openFileStorage({ folder })
    const draft = await storage.draft()
    await rm(draft.path)
    await symlink('/etc/passwd', draft.path)
    await expect(draft.commit(key)).rejects.toThrow()
    expect(await storage.head(key)).toBeNull()
  })

  it('closes its files when a reader goes away half way', async () => {
    const storage = await openFileStorage({ folder })
    await storage.put(key, Buffer.alloc(5_000_000))
    const aborting = new AbortController()
    const stream = await storage.get(key, { signal: aborting.signal })
    stream.once('data', () => aborting.abort())
    await expect(buffer(stream)).rejects.toThrow(/abort/)
    await expect.poll(openFiles).toBe(0)
  })

  it('closes its files when a join cannot begin', async () => {
    const { growing } = await openFileStorage({ folder })
    let kept = await growing.begin('part')
    const keep = async (growth: typeof kept) => {
      kept = growth
      return true
    }
    await growing.append('part', kept, Readable.from([Buffer.from('bytes')]), { keep })
    const joined = growing.join('missing', { size: 0 }, [{ id: 'part', growth: kept }], keep)
    expect(isFailure(await failure(joined), 'not_found')).toBe(true)
    await expect.poll(openFiles).toBe(0)
  })

  it.skipIf(smallDiskMissing)(
    `keeps what came before a disk was full, and goes on when there is room${smallDiskMissing === undefined ? '' : ` [skipped: ${smallDiskMissing}]`}`,
    async () => {
      const disk = join(folder, 'disk')
      await mkdir(disk)
      const mounted = await mountSmallDisk(disk, 'size=2m')
      try {
        const { growing } = await openFileStorage({ folder: disk })
        const all = randomBytes(5_000_000)
        let kept = await growing.begin('one')
        const keep = async (growth: typeof kept) => {
          kept = growth
          return true
        }
        async function* from(at: number) {
          for (let next = at; next < all.length; next += 50_000) yield all.subarray(next, next + 50_000)
        }
        const send = () => growing.append('one', kept, Readable.from(from(kept.size)), { keep })
        expect(isFailure(await failure(send()), 'storage_full')).toBe(true)
        expect(kept.size).toBeGreaterThan(1_000_000)
        await mounted.remount('size=12m')
        await send()
        const draft = await growing.draft('one', kept)
        expect((await readFile(draft.path)).equals(all)).toBe(true)
      } finally {
        await mounted.unmount()
      }
    },
  )

  it.skipIf(smallDiskMissing)(
    `says storage_full on a full disk, leaves nothing half-written, and recovers${smallDiskMissing === undefined ? '' : ` [skipped: ${smallDiskMissing}]`}`,
    async () => {
      const disk = join(folder, 'disk')
      await mkdir(disk)
      const mounted = await mountSmallDisk(disk, 'size=2m,nr_inodes=30')
      try {
        const storage = await openFileStorage({ folder: disk })
        await storage.put(key, Buffer.alloc(500_000, 'a'))
        const tooLarge = storage.put(key, Buffer.alloc(4_000_000, 'b'))
        expect(isFailure(await failure(tooLarge), 'storage_full')).toBe(true)
        expect(await buffer(await storage.get(key))).toEqual(Buffer.alloc(500_000, 'a'))
        expect(await readdir(join(disk, '.drafts'))).toEqual([])

        const many = Array.from({ length: 40 }, (_, n) => storageKey('images', `n${n}`, 'original'))
        const results = await Promise.all(many.map((each) => failure(storage.put(each, Buffer.from('x')))))
        expect(results.some((result) => isFailure(result, 'storage_full'))).toBe(true)
        const kept: string[] = []
        for await (const object of storage.list('images/n')) kept.push(object.key)
        const acknowledged = many.filter((_, n) => results[n] === undefined).sort()
        expect(kept).toEqual(acknowledged)

        await storage.delete([key, ...many])
        await storage.put(key, Buffer.alloc(1_000_000, 'c'))
        await storage.check()

        await mounted.remount('ro')
        expect(isFailure(await failure(storage.put(key, Buffer.from('d'))), 'unavailable')).toBe(true)
        expect((await buffer(await storage.get(key))).length).toBe(1_000_000)
      } finally {
        await mounted.unmount()
      }
    },
  )
})
