import { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import { expect, it } from 'vitest'
import type { Originals } from '../../platform/storage/index.ts'
import { albumsOf, imagesOf } from './exported-lines.ts'

const idOf = (n: number): string => `0190a0b0-0000-7000-8000-00000000000${n}`
const image = (n: number, more: object = {}) =>
  JSON.stringify({
    is: 'image',
    id: idOf(n),
    name: `${n}.jpg`,
    visibility: 'private',
    publicOriginal: null,
    tags: [],
    altText: null,
    focalPoint: null,
    favourite: false,
    rating: 0,
    archived: false,
    version: 1,
    lastVersion: 1,
    redo: [],
    uploadedAt: '2026-01-02T03:04:05.678Z',
    picture: null,
    ...more,
  })
const version = (more: object = {}) =>
  JSON.stringify({
    is: 'version',
    version: 1,
    parent: null,
    cause: 'upload',
    original: 1,
    recipe: null,
    assets: [],
    width: 10,
    height: 10,
    createdAt: '2026-01-02T03:04:05.678Z',
    ...more,
  })
const album = (n: number) =>
  JSON.stringify({
    is: 'album',
    id: idOf(n),
    name: `album ${n}`,
    description: null,
    coverImageId: null,
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
  })

/** An archive of these files, which fail with `damage` at their end. */
const archiveOf = (files: Record<string, readonly string[]>, damage?: Failure): Originals => ({
  place: 'memory',
  async *list() {
    yield* Object.keys(files)
  },
  open: async (name) =>
    Readable.from(
      (async function* () {
        yield Buffer.from(files[name]?.join('\n') ?? '')
        if (damage !== undefined) throw damage
      })(),
    ),
  close: () => {},
})

async function read<T extends object>(found: AsyncGenerator<T>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const each of found) {
    if ('is' in each) all.push(each)
    else if ('image' in each) all.push((each as { image: { id: string } }).image.id)
    else all.push(each)
  }
  return all
}
const imagesIn = (lines: readonly string[], damage?: Failure) =>
  read(imagesOf(archiveOf({ 'images/000001.jsonl': lines }, damage), AbortSignal.timeout(60_000)))
const refused = (subject: string, note: RegExp) => ({
  subject,
  is: 'refused',
  note: expect.stringMatching(note),
})

it('tells of a line that cannot be read, leaves its image out whole, and goes on', async () => {
  const part = 'images/000001.jsonl'
  expect(
    await imagesIn([
      version(),
      image(1),
      version(),
      '{"is":"version", "version": 2,',
      version({ version: 3 }),
      image(2),
      version({ original: 0 }),
      image(3),
      version(),
      image(4, { rating: 9 }),
      version(),
      image(5),
      'x'.repeat(1024 ** 2 + 1),
      '',
      image(6, { altText: 'a\u0000b' }),
      image(7),
    ]),
  ).toEqual([
    refused('the first lines', /belong to nothing/),
    refused(`${part} line 4`, /no JSON/),
    refused('1.jpg', /a line of it/),
    refused(`${part} line 7`, /^original/),
    refused('2.jpg', /a line of it/),
    refused(`${part} line 10`, /^rating/),
    idOf(3),
    refused(`${part} line 13`, /longer/),
    refused('5.jpg', /a line of it/),
    refused(`${part} line 15`, /U\+0000/),
    idOf(7),
  ])
})

it('takes ids in capitals, and what is whole of a part that is damaged', async () => {
  const capitals = idOf(1).toUpperCase()
  const damage = new Failure('checksum_mismatch', 'The file is damaged in the archive.')
  expect(await imagesIn([image(1, { id: capitals }), version(), image(2), ''], damage)).toEqual([
    idOf(1),
    refused('images/000001.jsonl', /damaged/),
    refused('2.jpg', /a line of it/),
  ])
})

it('gives no album the images of another whose line cannot be read', async () => {
  const items = JSON.stringify({ is: 'items', imageIds: [idOf(5).toUpperCase()] })
  const lines = [album(1), items, album(2).replace('null', 'nil'), items, album(3)]
  const found = await read(albumsOf(archiveOf({ 'albums/000001.jsonl': lines }), AbortSignal.timeout(60_000)))
  expect(found).toMatchObject([
    refused('albums/000001.jsonl line 3', /no JSON/),
    { album: { id: idOf(1) }, imageIds: [idOf(5)] },
    { album: { id: idOf(3) }, imageIds: [] },
  ])
})
