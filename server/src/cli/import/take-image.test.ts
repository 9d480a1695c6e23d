import { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import { expect, it } from 'vitest'
import { plainEntry } from './manifest.ts'
import { type TakeImageParts, takeImage } from './take-image.ts'

const account = { id: 'u1', email: null, username: 'ann', role: 'user' as const, disabledAt: null }

/** Everything is there but the uploads, which say `failure` so many times first. */
function partsOf(failure: Failure, times: number, pauses: readonly number[]) {
  let tried = 0
  const parts = {
    ingest: {
      findAccount: async () => account,
      uploads: {
        imported: async () => new Map(),
        async open() {
          tried += 1
          if (tried <= times) throw failure
          return {
            receive: async () => {},
            finish: async () => ({ one: { id: 'i1' }, linked: false }),
            close: async () => {},
          }
        },
      },
    },
    originals: { place: '/photos', open: async () => Readable.from([]) },
    how: { owner: 'ann', folders: 'none', duplicates: undefined },
    foresight: null,
    pauses,
    signal: new AbortController().signal,
  } as unknown as TakeImageParts
  return { parts, tries: () => tried }
}
const entry = plainEntry('a.jpg')

it('tries again while something is busy or away, and ends the run when that stays', async () => {
  for (const code of ['unavailable', 'overloaded'] as const) {
    const passing = partsOf(new Failure(code), 2, [1, 1])
    expect(await takeImage(passing.parts, entry)).toMatchObject({ is: 'imported', facts: { imageId: 'i1' } })
    const staying = partsOf(new Failure(code), 3, [1, 1])
    await expect(takeImage(staying.parts, entry)).rejects.toMatchObject({ code })
    expect(staying.tries()).toBe(3)
  }
})

it('tries nothing again that does not pass, and refuses what is the file’s fault', async () => {
  const full = partsOf(new Failure('storage_full'), 1, [1, 1])
  await expect(takeImage(full.parts, entry)).rejects.toMatchObject({ code: 'storage_full' })
  const many = partsOf(new Failure('quota_exceeded'), 1, [1, 1])
  expect(await takeImage(many.parts, entry)).toMatchObject({ is: 'refused' })
  expect([full.tries(), many.tries()]).toEqual([1, 1])
})

it.each(['conflict', 'duplicate'] as const)(
  'knows what another import took meanwhile, also where its own upload says %s',
  async (code) => {
    const { parts } = partsOf(new Failure(code), 1, [])
    let looked = 0
    parts.ingest.uploads.imported = async () => {
      looked += 1
      return new Map(looked === 1 ? [] : [['file /photos a.jpg', { imageId: 'i2', ownerId: account.id }]])
    }
    expect(await takeImage(parts, entry)).toMatchObject({ is: 'known', facts: { imageId: 'i2' } })
    // Of somebody else: what was refused stays to be judged for this account.
    const other = partsOf(new Failure('conflict'), 1, [])
    let seen = 0
    other.parts.ingest.uploads.imported = async () => {
      seen += 1
      return new Map(seen === 1 ? [] : [['file /photos a.jpg', { imageId: 'i2', ownerId: 'u2' }]])
    }
    expect(await takeImage(other.parts, entry)).toMatchObject({ is: 'imported', facts: { imageId: 'i1' } })
  },
)

it('waits no longer than somebody wants to', async () => {
  const { parts } = partsOf(new Failure('unavailable'), 9, [60_000])
  const stop = new AbortController()
  const taking = takeImage({ ...parts, signal: stop.signal }, entry)
  stop.abort()
  await expect(taking).rejects.toThrow('aborted')
})
