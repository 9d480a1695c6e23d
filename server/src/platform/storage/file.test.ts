import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { isFailure } from '@rendition/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFileStorage } from './file.ts'
import { openStorage, originalKey, renditionKey, storageKey } from './index.ts'
import { storageContract } from './storage.contract.ts'

storageContract('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-storage-'))
  return {
    storage: await openStorage({ url: 'file:', folder }),
    largeSize: 3_000_000,
    linked: false,
    stop: () => rm(folder, { recursive: true }),
  }
})

describe('file storage', () => {
  let folder: string
  const key = storageKey('images', 'one', 'original')
  const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error)

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
    expect(await readdir(folder)).toEqual(['.drafts'])
  })

  it('takes another folder from its URL', async () => {
    const other = join(folder, 'with space', 'deep')
    const storage = await openStorage({ url: `file://${encodeURI(other)}`, folder: '/nowhere' })
    await storage.put(key, Buffer.from('x'))
    expect(await readFile(join(other, 'images', 'one', 'original'), 'utf8')).toBe('x')
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
    const open = async () => {
      const names = await readdir('/proc/self/fd')
      const paths = await Promise.all(names.map((fd) => realpath(`/proc/self/fd/${fd}`).catch(() => '')))
      return paths.filter((path) => path.startsWith(folder)).length
    }
    const aborting = new AbortController()
    const stream = await storage.get(key, { signal: aborting.signal })
    stream.once('data', () => aborting.abort())
    await expect(buffer(stream)).rejects.toThrow(/abort/)
    await expect.poll(open).toBe(0)
  })

  const mountable = canMount()
  it.skipIf(!mountable)(
    'says storage_full on a full disk, leaves nothing half-written, and recovers [mount]',
    async () => {
      const disk = join(folder, 'disk')
      await mkdir(disk)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,nr_inodes=30', 'tmpfs', disk])
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

        execFileSync('mount', ['-o', 'remount,ro', disk])
        expect(isFailure(await failure(storage.put(key, Buffer.from('d'))), 'unavailable')).toBe(true)
        expect((await buffer(await storage.get(key))).length).toBe(1_000_000)
      } finally {
        execFileSync('umount', [disk])
      }
    },
  )
})

/** Whether this process may mount: root, and not in a container that forbids it. */
function canMount(): boolean {
  if (process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
