import { randomBytes } from 'node:crypto'
import { access, readFile, stat, writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { Failure, isFailure } from '@rendition/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LinkTerms, type Storage, type StorageKey, storageKey } from './index.ts'

export interface StorageOpener {
  storage: Storage
  /** Bytes of an object that is large for this storage: one that it may take in pieces. */
  largeSize: number
  /** null where it makes no links that this machine can follow; else such a link, changed in what it says. */
  changedLinks: ((link: string) => string[]) | null
  stop(): Promise<void>
}

/** What every Storage does, wherever it keeps its bytes. */
export function storageContract(name: string, start: () => Promise<StorageOpener>): void {
  describe(`Storage: ${name}`, () => {
    let opener: StorageOpener
    let storage: Storage
    let tests = 0
    /** A prefix that no other test uses. */
    const place = () => `t${tests++}-${randomBytes(4).toString('hex')}`

    beforeAll(async () => {
      opener = await start()
      storage = opener.storage
    })
    afterAll(async () => {
      await storage?.close()
      await opener?.stop()
    })

    const read = async (key: StorageKey, range?: { start: number; end: number }) =>
      buffer(await storage.get(key, range === undefined ? {} : { range }))
    const keysOf = async (prefix: string) => {
      const keys: string[] = []
      for await (const { key } of storage.list(prefix)) keys.push(key)
      return keys
    }
    const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error)

    it('gives back what was put', async () => {
      const key = storageKey('images', place(), 'original')
      const data = randomBytes(70_000)
      const before = Date.now()
      await storage.put(key, data, { contentType: 'image/jpeg' })
      expect(await read(key)).toEqual(data)
      const head = await storage.head(key)
      expect(head).toMatchObject({ key, size: 70_000 })
      // Stores count whole seconds.
      expect(Math.abs((head?.modifiedAt.getTime() ?? 0) - before)).toBeLessThan(5_000)
    })

    it('keeps an object of no bytes', async () => {
      const key = storageKey('images', place(), 'empty')
      await storage.put(key, new Uint8Array())
      expect(await read(key)).toHaveLength(0)
      expect(await storage.head(key)).toMatchObject({ size: 0 })
      expect(isFailure(await failure(read(key, { start: 0, end: 0 })), 'range_not_satisfiable')).toBe(true)
    })

    it('reads ranges, cuts one that goes past the end, and refuses one that begins there', async () => {
      const key = storageKey('images', place(), 'ranges')
      await storage.put(key, Buffer.from('0123456789'))
      expect(String(await read(key, { start: 2, end: 4 }))).toBe('234')
      expect(String(await read(key, { start: 9, end: 9 }))).toBe('9')
      expect(String(await read(key, { start: 7, end: 100 }))).toBe('789')
      for (const start of [10, 11]) {
        const error = await failure(read(key, { start, end: 20 }))
        expect(isFailure(error, 'range_not_satisfiable')).toBe(true)
      }
    })

    it('says not_found for what is not there, and for a folder', async () => {
      const folder = place()
      await storage.put(storageKey('images', folder, 'original'), Buffer.from('x'))
      for (const key of [storageKey('images', place(), 'x'), storageKey('images', folder)]) {
        expect(await storage.head(key)).toBeNull()
        expect(isFailure(await failure(storage.get(key)), 'not_found')).toBe(true)
        expect(isFailure(await failure(storage.open(key)), 'not_found')).toBe(true)
      }
      expect(await storage.head(storageKey('images', folder, 'original', 'below'))).toBeNull()
    })

    it('commits a draft under a key, and gives it as a local file', async () => {
      const key = storageKey('images', place(), 'original')
      const draft = await storage.draft()
      expect((await stat(draft.path)).mode & 0o777).toBe(0o600)
      const data = randomBytes(100_000)
      await writeFile(draft.path, data)
      expect(await storage.head(key)).toBeNull()
      await draft.commit(key, { contentType: 'image/png' })
      await draft.discard()
      expect(await read(key)).toEqual(data)
      const file = await storage.open(key)
      expect(await readFile(file.path)).toEqual(data)
      await file[Symbol.asyncDispose]()
      expect(await read(key)).toEqual(data)
      await expect(access(draft.path)).rejects.toThrow()
    })

    it('commits a large draft whole', async () => {
      const key = storageKey('images', place(), 'large')
      const draft = await storage.draft()
      const data = randomBytes(opener.largeSize)
      await writeFile(draft.path, data)
      await draft.commit(key)
      await draft.discard()
      expect((await read(key)).equals(data)).toBe(true)
      const tail = await read(key, { start: data.length - 10, end: data.length - 1 })
      expect(tail).toEqual(data.subarray(-10))
    })

    it('leaves nothing of a draft that is discarded, and lets it be discarded twice', async () => {
      const draft = await storage.draft()
      await writeFile(draft.path, 'bytes')
      await draft.discard()
      await draft.discard()
      await expect(access(draft.path)).rejects.toThrow()
      await expect(draft.commit(storageKey('images', place(), 'late'))).rejects.toThrow()
    })

    it('leaves nothing when told to stop', async () => {
      const id = place()
      const signal = AbortSignal.abort(new Error('gone away'))
      const draft = await storage.draft()
      await writeFile(draft.path, randomBytes(1_000))
      await expect(draft.commit(storageKey('images', id, 'a'), { signal })).rejects.toThrow()
      await draft.discard()
      await expect(storage.put(storageKey('images', id, 'b'), Buffer.from('x'), { signal })).rejects.toThrow()
      await expect(storage.get(storageKey('images', id, 'b'), { signal })).rejects.toThrow()
      expect(await keysOf(`images/${id}/`)).toEqual([])
    })

    it('never shows half of an object to one who reads while it is replaced', async () => {
      const key = storageKey('images', place(), 'replaced')
      const versions = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(300_000, letter))
      await storage.put(key, versions[0] ?? Buffer.alloc(0))
      let writing = true
      const readers = [1, 2].map(async () => {
        for (let n = 0; writing || n < 3; n += 1) {
          const seen = await read(key)
          expect(versions.some((version) => version.equals(seen))).toBe(true)
        }
      })
      for (let round = 0; round < 12; round += 1) {
        await storage.put(key, versions[round % versions.length] ?? Buffer.alloc(0))
      }
      writing = false
      await Promise.all(readers)
    })

    it('lets several write one key at once, and one of them wins whole', async () => {
      const key = storageKey('images', place(), 'contested')
      const all = Array.from({ length: 8 }, (_, n) => Buffer.alloc(50_000, `${n}`))
      await Promise.all(all.map((data) => storage.put(key, data)))
      const kept = await read(key)
      expect(all.some((data) => data.equals(kept))).toBe(true)
      expect(await keysOf(key)).toEqual([key])
    })

    it('deletes keys, and takes missing ones for deleted', async () => {
      const id = place()
      const keys = ['a', 'b', 'c'].map((last) => storageKey('images', id, 'renditions', last))
      for (const key of keys) await storage.put(key, Buffer.from('x'))
      await storage.delete([
        ...keys.slice(0, 2),
        storageKey('images', id, 'nothing'),
        storageKey('no', 'such'),
      ])
      expect(await keysOf(`images/${id}/`)).toEqual([keys[2]])
      await storage.delete([])
      await storage.delete(keys)
      expect(await keysOf(`images/${id}/`)).toEqual([])
      const [first] = keys
      if (first !== undefined) await storage.put(first, Buffer.from('again'))
      expect(await keysOf(`images/${id}/`)).toEqual([first])
    })

    it('writes and deletes beside each other without losing a write', async () => {
      const id = place()
      const at = (n: number) => storageKey('images', id, `x${n}`)
      for (let round = 0; round < 10; round += 1) {
        await storage.put(at(0), Buffer.from('x'))
        await Promise.all([storage.delete([at(0)]), storage.put(at(1), Buffer.from('y'))])
        expect(await keysOf(`images/${id}/`)).toEqual([at(1)])
        await storage.delete([at(1)])
      }
    })

    it('lists in byte order of keys, by any prefix, with sizes', async () => {
      const id = place()
      const part = fc.stringMatching(/^[a-c0-1_-][a-c0-1._-]{0,7}$/)
      const tails = fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 12,
        selector: (parts) => parts.join('/'),
      })
      await fc.assert(
        fc.asyncProperty(tails, fc.nat(8), async (all, cut) => {
          // On a disk a name is either a file or a folder.
          const names = all.map((parts) => parts.join('/'))
          const keys = names
            .filter((name) => !names.some((other) => other.startsWith(`${name}/`)))
            .map((name) => storageKey(id, ...name.split('/')))
          for (const key of keys) await storage.put(key, Buffer.from(key))
          try {
            const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
            expect(await keysOf(`${id}/`)).toEqual(sorted)
            const prefix = (sorted[0] ?? '').slice(0, id.length + 1 + cut)
            expect(await keysOf(prefix)).toEqual(sorted.filter((key) => key.startsWith(prefix)))
          } finally {
            await storage.delete(keys)
          }
        }),
        { numRuns: 15 },
      )
    })

    it('lists nothing for a prefix that is no beginning of a key', async () => {
      for (const prefix of ['../', 'images/../', '/', './', 'Images/', 'images//', '@', 'images/@']) {
        expect(await keysOf(prefix)).toEqual([])
      }
    })

    const terms = (more: Partial<LinkTerms> = {}): LinkTerms => ({
      from: new Date(Date.now() - 60_000),
      seconds: 3_600,
      contentType: 'image/jpeg',
      contentDisposition: `attachment; filename="K_se (1).jpg"; filename*=UTF-8''K%C3%A4se%20%281%29.jpg`,
      cacheControl: 'private, no-cache',
      ...more,
    })

    it('gives links at which anybody has the object, as it says, or says that it has none', async () => {
      if (opener.changedLinks === null || storage.link === null) {
        expect([opener.changedLinks, storage.link]).toEqual([null, null])
        return
      }
      const key = storageKey('images', place(), 'linked')
      const data = randomBytes(opener.largeSize)
      const draft = await storage.draft()
      await writeFile(draft.path, data)
      await draft.commit(key, { contentType: 'text/html' })
      const asked = terms()
      const link = await storage.link(key, asked)
      expect(await storage.link(key, { ...asked })).toBe(link)

      const whole = await fetch(link)
      expect(whole.status).toBe(200)
      expect(Buffer.from(await whole.arrayBuffer()).equals(data)).toBe(true)
      const { contentType, contentDisposition, cacheControl } = asked
      expect(Object.fromEntries(whole.headers)).toMatchObject({
        'content-type': contentType,
        'content-disposition': contentDisposition,
        'cache-control': cacheControl,
      })
      const part = await fetch(link, { headers: { range: 'bytes=10-19' } })
      expect(part.status).toBe(206)
      expect(Buffer.from(await part.arrayBuffer())).toEqual(data.subarray(10, 20))
      const again = await fetch(link, { headers: { 'if-none-match': whole.headers.get('etag') ?? '' } })
      expect(again.status).toBe(304)
    })

    it('gives links for one object, one method, one time and what was said with them', async () => {
      if (storage.link === null) return
      const [key, other] = [storageKey('images', place(), 'a'), storageKey('images', place(), 'a')]
      for (const each of [key, other]) await storage.put(each, Buffer.from('x'))
      const link = await storage.link(key, terms())
      const over = await storage.link(key, terms({ from: new Date(Date.now() - 60_000), seconds: 30 }))
      const status = async (url: string, method = 'GET') => {
        const answer = await fetch(url, { method })
        await answer.arrayBuffer()
        return answer.status
      }
      expect(await status(link)).toBe(200)
      expect(await status(over)).toBe(403)
      expect(await status(link.replace(key, other))).toBe(403)
      const changed = opener.changedLinks?.(link) ?? []
      expect(changed.length).toBeGreaterThan(0)
      for (const other of changed) {
        expect(other).not.toBe(link)
        expect(await status(other)).toBe(403)
      }
      for (const method of ['HEAD', 'PUT', 'DELETE']) expect(await status(link, method), method).toBe(403)
      await storage.delete([key])
      expect(await status(link)).toBe(404)
    })

    it('answers its check', async () => {
      await expect(storage.check()).resolves.toBeUndefined()
    })

    it('throws nothing but Failures for what callers cannot help', async () => {
      expect(await failure(storage.get(storageKey('no', 'such')))).toBeInstanceOf(Failure)
    })
  })
}
