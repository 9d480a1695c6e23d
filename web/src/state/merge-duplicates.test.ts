import { NetworkError } from '@rendition/client'
import type { Album, BulkRequest, Image } from '@rendition/contract'
import { expect, test } from 'vitest'
import { bestOf, mergeDuplicates, takenOver } from './merge-duplicates.ts'

const image = (id: string, part: Partial<Image> = {}) =>
  ({
    id,
    width: 100,
    height: 80,
    size: 1000,
    uploadedAt: '2026-01-02T00:00:00.000Z',
    tags: [],
    favourite: false,
    rating: 0,
    trashedAt: null,
    ...part,
  }) as unknown as Image

test('the one to keep has the most pixels, then the most bytes, then is the oldest', () => {
  const older = image('b', { uploadedAt: '2026-01-01T00:00:00.000Z' })
  expect(bestOf([image('a'), older])?.id).toBe('b')
  expect(bestOf([older, image('a', { size: 2000 })])?.id).toBe('a')
  expect(bestOf([image('a', { size: 2000 }), image('c', { width: 101 })])?.id).toBe('c')
  expect(bestOf([])).toBeUndefined()
})

test('what the kept one has already is not put on it again', () => {
  const kept = image('a', { tags: ['sea'], rating: 3, favourite: true })
  expect(takenOver(kept, [image('b', { tags: ['sea'], rating: 2, favourite: true })])).toBeNull()
  expect(
    takenOver(image('a'), [image('b', { tags: ['x', 'y'] }), image('c', { tags: ['y'], rating: 4 })]),
  ).toEqual({
    addTags: ['x', 'y'],
    rating: 4,
  })
})

/** A service that knows who is in which album and how the kept one is now, and refuses what it is told to. */
function service(
  albums: Record<string, string[]>,
  refuses: (request: BulkRequest) => boolean = () => false,
  now: Partial<Image> = {},
) {
  const asked: BulkRequest[] = []
  return {
    asked,
    client: {
      albums: {
        list: async ({ imageId }: { imageId?: string } = {}) => ({
          items: (albums[imageId ?? ''] ?? []).map((id) => ({ id })) as Album[],
          nextCursor: null,
        }),
      },
      images: {
        get: async (id: string) => image(id, now),
        changeMany: async (request: BulkRequest) => {
          asked.push(request)
          const [imageId = ''] = request.imageIds ?? []
          const refused = refuses(request)
            ? [{ imageId, code: 'invalid_request', detail: 'Too many tags.' }]
            : []
          return { changed: 1 - refused.length, refused, job: null }
        },
      },
    },
  }
}
const { signal } = new AbortController()

test('the kept one takes over tags and albums before the others go', async () => {
  const { asked, client } = service({ a: ['one'], b: ['one', 'two'], c: ['two'] })
  const gone = await mergeDuplicates(client, image('a'), [image('b', { tags: ['sea'] }), image('c')], signal)
  const undoing = [{ removeTags: ['sea'] }, { removeFromAlbum: 'two' }]
  expect(gone).toEqual({ done: ['b', 'c'], fault: null, undoing })
  expect(asked).toEqual([
    { imageIds: ['a'], change: { addTags: ['sea'] } },
    { imageIds: ['a'], change: { addToAlbum: 'two' } },
    { imageIds: ['b', 'c'], change: { trash: true }, keeping: 'a' },
  ])
})

test('nothing goes where the kept one cannot take over everything', async () => {
  const { asked, client } = service({}, ({ change }) => change.addTags !== undefined)
  const merging = mergeDuplicates(client, image('a'), [image('b', { tags: ['sea'] })], signal)
  await expect(merging).rejects.toThrow('Too many tags.')
  expect(asked.some(({ change }) => change.trash)).toBe(false)
})

test('nothing goes where the kept one went into the trash meanwhile, and what it has by now is not put on it', async () => {
  const { asked, client } = service({}, () => false, { trashedAt: '2026-01-03T00:00:00.000Z' })
  await expect(mergeDuplicates(client, image('a'), [image('b')], signal)).rejects.toThrow('in the trash')
  expect(asked).toEqual([])
  const later = service({}, () => false, { tags: ['sea'] })
  await mergeDuplicates(later.client, image('a'), [image('b', { tags: ['sea'] })], signal)
  expect(later.asked).toEqual([{ imageIds: ['b'], change: { trash: true }, keeping: 'a' }])
})

test('says that the answer was lost after everything else was done', async () => {
  const lost = new NetworkError('cut off')
  const { client } = service({}, () => {
    throw lost
  })
  const outcome = await mergeDuplicates(client, image('a'), [image('b'), image('c')], signal)
  expect(outcome).toEqual({ done: [], fault: lost, undoing: [] })
})

test('what undoes it gives the kept one back the marks that it had', async () => {
  const { client } = service({}, () => false, { rating: 2 })
  const others = [image('b', { rating: 5, favourite: true })]
  const { undoing } = await mergeDuplicates(client, image('a'), others, signal)
  expect(undoing).toEqual([{ rating: 2, favourite: false }])
})
