import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { isFailure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Growth, KeepGrowth } from './growing.ts'
import { type Storage, storageKey } from './index.ts'

export interface GrowingOpener {
  storage: Storage
  /** The same, as another process opens it. */
  another(): Promise<Storage>
  stop(): Promise<void>
}

const mebibyte = 1024 ** 2

/** What every storage does with objects that come in pieces. */
export function growingContract(name: string, start: () => Promise<GrowingOpener>): void {
  describe(`GrowingObjects: ${name}`, () => {
    let opener: GrowingOpener
    let storage: Storage
    beforeAll(async () => {
      opener = await start()
      storage = opener.storage
    })
    afterAll(async () => {
      await storage?.close()
      await opener?.stop()
    })

    /** An owner: what it kept last is what counts. */
    const owner = () => {
      const kept: Growth[] = []
      const keep: KeepGrowth = async (growth) => {
        // As it comes back out of a database.
        kept.push(JSON.parse(JSON.stringify(growth)) as Growth)
        return true
      }
      return { keep, kept, last: () => kept.at(-1) ?? { size: 0 } }
    }
    const bytesOf = async (id: string, growth: Growth, from = storage): Promise<Buffer> => {
      const draft = await from.growing.draft(id, growth)
      try {
        return await readFile(draft.path)
      } finally {
        await draft.discard()
      }
    }
    const grown = async (pieces: readonly Buffer[], id = uuidv7()) => {
      const { keep, last } = owner()
      let growth = await storage.growing.begin(id)
      for (const piece of pieces) {
        await storage.growing.append(id, growth, Readable.from([piece]), { keep })
        growth = last()
      }
      return { id, growth }
    }

    it.each([
      ['one small piece', [1_000]],
      ['many small pieces', [1, 2, 30_000, 5, 70_000]],
      ['pieces around the size of a part', [8 * mebibyte - 1, 1, 8 * mebibyte, 3, 9 * mebibyte]],
      ['one large piece', [20 * mebibyte + 17]],
    ])('is what was appended: %s', async (_what, sizes) => {
      const pieces = sizes.map((size) => randomBytes(size))
      const { id, growth } = await grown(pieces)
      const all = Buffer.concat(pieces)
      expect(growth.size).toBe(all.length)
      expect((await bytesOf(id, growth)).equals(all)).toBe(true)
      const draft = await storage.growing.draft(id, growth)
      const key = storageKey('images', id, 'original')
      await draft.commit(key, { contentType: 'image/png' })
      await draft.discard()
      // What grew stays until it is removed, and the object stays behind it.
      expect((await bytesOf(id, growth)).equals(all)).toBe(true)
      await storage.growing.remove(id)
      expect((await buffer(await storage.get(key))).equals(all)).toBe(true)
      expect(isFailure(await bytesOf(id, growth).catch((error: unknown) => error), 'not_found')).toBe(true)
      await storage.growing.remove(id)
    })

    it('keeps what came before a body broke, and goes on in another process', async () => {
      const id = uuidv7()
      const { keep, last } = owner()
      const all = randomBytes(21 * mebibyte)
      const cutAt = 12 * mebibyte + 5
      async function* broken() {
        for (let at = 0; at < cutAt; at += 64 * 1024) yield all.subarray(at, Math.min(cutAt, at + 64 * 1024))
        throw new Error('the line is cut')
      }
      const begun = await storage.growing.begin(id)
      await expect(storage.growing.append(id, begun, Readable.from(broken()), { keep })).rejects.toThrow(
        'the line is cut',
      )
      expect(last().size).toBe(cutAt)
      const other = await opener.another()
      await other.growing.append(id, last(), Readable.from([all.subarray(cutAt)]), { keep })
      expect((await bytesOf(id, last(), other)).equals(all)).toBe(true)
      await other.growing.remove(id)
      await other.close()
    })

    it('does not count what was not kept', async () => {
      const id = uuidv7()
      const { keep, last } = owner()
      const first = randomBytes(100_000)
      await storage.growing.append(id, await storage.growing.begin(id), Readable.from([first]), { keep })
      const refusing: KeepGrowth = async (_growth, done) => {
        if (done) throw new Error('not mine any more')
        return false
      }
      const wrong = Readable.from([randomBytes(18 * mebibyte)])
      await expect(storage.growing.append(id, last(), wrong, { keep: refusing })).rejects.toThrow('not mine')
      expect((await bytesOf(id, last())).subarray(0, first.length).equals(first)).toBe(true)
      const rest = randomBytes(9 * mebibyte)
      await storage.growing.append(id, last(), Readable.from([rest]), { keep })
      expect((await bytesOf(id, last())).equals(Buffer.concat([first, rest]))).toBe(true)
      await storage.growing.remove(id)
    })

    it('shows its beginning as soon as it is long enough, once, also when that comes in pieces', async () => {
      const id = uuidv7()
      const { keep, last } = owner()
      const all = randomBytes(2 * mebibyte)
      const seen: Buffer[] = []
      const early = {
        at: [64 * 1024, mebibyte],
        look: async (path: string) => void seen.push(await readFile(path)),
      }
      let growth = await storage.growing.begin(id)
      for (const [from, to] of [
        [0, 10],
        [10, 70_000],
        [70_000, 2 * mebibyte],
      ] as const) {
        const body = Readable.from([all.subarray(from, to)])
        await storage.growing.append(id, growth, body, { keep, early })
        growth = last()
      }
      expect(seen).toHaveLength(2)
      for (const beginning of seen) expect(beginning.equals(all.subarray(0, beginning.length))).toBe(true)
      const refusing = { at: [100], look: () => Promise.reject(new Error('no picture')) }
      const other = uuidv7()
      const begun = await storage.growing.begin(other)
      const body = Readable.from([all])
      await expect(storage.growing.append(other, begun, body, { keep, early: refusing })).rejects.toThrow(
        'no picture',
      )
      for (const each of [id, other]) await storage.growing.remove(each)
    })

    it.each([
      ['large ones', [6, 6, 7]],
      ['a small one between', [6, 1, 6]],
      ['small ones', [1, 1, 1]],
      ['empty ones before, between and behind', [0, 1, 0, 6, 0]],
    ])('joins others: %s', async (_what, sizes) => {
      const pieces = sizes.map((size) => randomBytes(size === 0 ? 0 : size * mebibyte + 3))
      const sources = await Promise.all(pieces.map((piece) => grown([piece])))
      const id = uuidv7()
      const { keep, last } = owner()
      const ends: boolean[] = []
      await storage.growing.join(id, await storage.growing.begin(id), sources, (growth, done) => {
        ends.push(done)
        return keep(growth, done)
      })
      expect([ends.filter(Boolean).length, ends.at(-1)]).toEqual([1, true])
      expect((await bytesOf(id, last())).equals(Buffer.concat(pieces))).toBe(true)
      for (const [at, source] of sources.entries()) {
        if (source.growth.size === 0) continue
        expect((await bytesOf(source.id, source.growth)).equals(pieces[at] ?? Buffer.of())).toBe(true)
      }
      for (const each of [id, ...sources.map((source) => source.id)]) await storage.growing.remove(each)
    })

    it('names what is left of old ones, and of none that was removed', async () => {
      const { id } = await grown([randomBytes(10)])
      const large = await grown([randomBytes(9 * mebibyte)])
      const gone = await grown([randomBytes(9 * mebibyte)])
      await storage.growing.remove(gone.id)
      const idsOf = async (since: Date): Promise<string[]> => {
        const ids: string[] = []
        for await (const each of storage.growing.untouched(since)) ids.push(each)
        return ids
      }
      const later = await idsOf(new Date(Date.now() + 60_000))
      expect(later).toContain(id)
      expect(later).toContain(large.id)
      expect(later).not.toContain(gone.id)
      expect(await idsOf(new Date(Date.now() - 3_600_000))).toEqual([])
      for (const each of [id, large.id]) await storage.growing.remove(each)
    })
  })
}
