import { Failure } from '@rendition/contract'
import { expect, it } from 'vitest'
import { type ManifestEntry, plainEntry } from './manifest.ts'
import { passKnown } from './pass-known.ts'
import type { TakeImageParts } from './take-image.ts'
import type { Outcome } from './tally.ts'

const ids: Record<string, string> = { ann: 'u1', ben: 'u2' }

/** An installation that has made images of these sources, and counts what it is asked. */
function partsOf(made: Record<string, { imageId: string; ownerId: string }>, owner: string | undefined) {
  const asked = { accounts: 0, sources: 0 }
  const parts = {
    ingest: {
      async findAccount(name: string) {
        asked.accounts += 1
        const id = ids[name]
        return id === undefined ? null : { id }
      },
      uploads: {
        async imported(sources: readonly string[]) {
          asked.sources += 1
          return new Map(sources.flatMap((source) => (made[source] ? [[source, made[source]]] : [])))
        },
      },
    },
    originals: { place: '/photos' },
    how: { owner },
    pauses: [1],
    signal: new AbortController().signal,
  } as unknown as TakeImageParts
  return { parts, asked }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function passed(parts: TakeImageParts, entries: readonly (ManifestEntry | Outcome)[]) {
  return passedOf(parts, each(entries), [])
}

async function passedOf(
  parts: TakeImageParts,
  entries: AsyncIterable<ManifestEntry | Outcome>,
  seen: string[],
): Promise<string[]> {
  for await (const one of passKnown(parts, entries))
    seen.push('is' in one ? `${one.subject} ${one.is} ${one.facts?.imageId ?? ''}`.trim() : one.file)
  return seen
}

it('looks once for hundreds of files whether an earlier run took them', async () => {
  const names = Array.from({ length: 1_200 }, (_, n) => `${n}.jpg`)
  const made = names
    .slice(0, 1_100)
    .map((name, n) => [`file /photos ${name}`, { imageId: `i${n}`, ownerId: 'u1' }])
  const { parts, asked } = partsOf(Object.fromEntries(made), 'ann')
  const seen = await passed(parts, names.map(plainEntry))
  expect(seen).toEqual(names.map((name, n) => (n < 1_100 ? `${name} known i${n}` : name)))
  expect(asked).toEqual({ accounts: 3, sources: 3 })
})

it('passes on what somebody else had of a file, what has no account, and what is told already', async () => {
  const { parts } = partsOf(
    {
      'file /photos a.jpg': { imageId: 'i1', ownerId: 'u1' },
      'file /photos a.jpg of u2': { imageId: 'i2', ownerId: 'u2' },
      'file /photos b.jpg': { imageId: 'i3', ownerId: 'u1' },
      'id 7': { imageId: 'i4', ownerId: 'u1' },
    },
    'ben',
  )
  const entries = [
    plainEntry('a.jpg'),
    plainEntry('b.jpg'),
    { ...plainEntry('c.jpg'), oldId: '7', owner: 'zoe' },
    { ...plainEntry('b.jpg'), owner: 'zoe' },
    { ...plainEntry('b.jpg'), owner: 'ann' },
    { subject: 'line 9', is: 'refused' },
  ]
  expect(await passed(parts, entries)).toEqual([
    'a.jpg known i2',
    'b.jpg',
    'c.jpg known i4',
    'b.jpg',
    'b.jpg known i3',
    'line 9 refused',
  ])
})

it('waits for a database that is away, and ends where it stays away', async () => {
  const { parts } = partsOf({}, 'ann')
  let tried = 0
  parts.ingest.uploads.imported = async () => {
    tried += 1
    if (tried !== 2) throw new Failure('unavailable')
    return new Map()
  }
  expect(await passed(parts, [plainEntry('a.jpg')])).toEqual(['a.jpg'])
  tried = 2
  await expect(passed(parts, [plainEntry('a.jpg')])).rejects.toMatchObject({ code: 'unavailable' })
})

it('takes what came before a list broke off', async () => {
  const { parts } = partsOf({}, 'ann')
  async function* broken() {
    yield plainEntry('a.jpg')
    yield plainEntry('b.jpg')
    throw new Error('the folder went away')
  }
  const seen: string[] = []
  await expect(passedOf(parts, broken(), seen)).rejects.toThrow('went away')
  expect(seen).toEqual(['a.jpg', 'b.jpg'])
})
