import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Album, Export, Image } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../../images/testing/pictures.ts'
import { openStorage } from '../../platform/storage/index.ts'
import { run } from '../testing/run.ts'

/** A library that is exported, and an installation that has nothing but an account. */
let shop: Workshop
let user: User
let folder: string
let target: TestDatabase
let environment: Record<string, string>
let ids: string[]
beforeAll(async () => {
  shop = await openWorkshop({ images: { presets: {} } })
  user = shop.user()
  folder = await mkdtemp(join(tmpdir(), 'cli-import-export-'))
  target = await testDatabase()
  environment = { DATA_DIR: join(folder, 'data'), DATABASE_URL: target.url, LOG_LEVEL: 'fatal' }
  ids = [await upload('Käse.jpg', 90), await upload('b.jpg', 91), await upload('c.jpg', 92)]
  const made = await run(['users', 'create', 'ben', '--stdin'], environment, 'correct horse')
  expect(made.code, made.err).toBe(0)
  await liveALife()
})
afterAll(async () => {
  await shop?.close()
  await target?.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

type Method = 'GET' | 'POST' | 'PATCH'
const call = (method: Method, url: string, body?: object) =>
  shop.app.inject({ method, url, headers: user.headers, ...(body === undefined ? {} : { payload: body }) })

async function send(url: string, filename: string, width: number): Promise<Image> {
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(width, 60), filename }])
  const answer = await shop.app.inject({
    method: 'POST',
    url,
    payload,
    headers: { ...headers, ...user.headers },
  })
  expect(answer.statusCode, answer.body).toBeLessThan(300)
  return answer.json()
}
const upload = async (filename: string, width: number): Promise<string> =>
  (await send('/api/images', filename, width)).id

/** Edits, a new original, undone steps, a watermark that is gone meanwhile, albums, marks. */
async function liveALife(): Promise<void> {
  const [first, second, third] = ids
  const stamp = await upload('stamp.jpg', 20)
  const edit = async (id: string | undefined, body: object) => {
    const done = await call('POST', `/api/images/${id}/transform`, { saveImage: true, async: false, ...body })
    expect(done.statusCode, done.body).toBeLessThan(300)
  }
  await edit(first, { width: 50, grayscale: true })
  await edit(first, { watermarkImage: stamp })
  await send(`/api/images/${first}/replace`, 'new.jpg', 70)
  await edit(first, { rotate: 90 })
  await call('POST', `/api/images/${first}/undo`)
  await call('POST', `/api/images/${first}/versions/3/restore`)
  await call('POST', `/api/images/${first}/undo`)
  await call('PATCH', `/api/images/${first}`, {
    tags: ['sea', 'Ü'],
    altText: 'A harbour',
    focalPoint: { x: 0.25, y: 0.75 },
    favourite: true,
    rating: 5,
  })
  await call('PATCH', `/api/images/${second}`, { visibility: 'public', publicOriginal: 'untouched' })
  await call('PATCH', `/api/images/${third}`, { archived: true, originalName: 'other.jpg' })
  const album = (
    await call('POST', '/api/albums', { name: 'Sea', description: 'cold', imageIds: ids })
  ).json<Album>()
  await call('PATCH', `/api/albums/${album.id}/images`, { imageIds: [third], before: first })
  await call('PATCH', `/api/albums/${album.id}`, { coverImageId: second })
  await call('POST', '/api/albums', { name: 'Empty' })
  await call('POST', '/api/searches', { name: 'Best', q: `rating>=4 album:${album.id}`, sort: 'name' })
  await shop.app.inject({ method: 'DELETE', url: `/api/images/${stamp}`, headers: user.headers })
  const { db } = shop.database
  await db.query(`update images set created_at = '2020-01-02T03:04:05.678Z' where id = $1`, [String(second)])
}

async function archive(request: object = {}): Promise<string> {
  const { id } = (await call('POST', '/api/exports', request)).json<Export>()
  await vi.waitFor(
    async () => expect((await call('GET', `/api/exports/${id}`)).json()).toMatchObject({ status: 'ready' }),
    { timeout: 30_000, interval: 30 },
  )
  const path = join(folder, `${id}.zip`)
  await writeFile(path, (await call('GET', `/api/exports/${id}/archive`)).rawPayload)
  return path
}

/** All that is kept of the images, albums and searches of an installation, without what is made of it again. */
async function everythingOf({ db }: Pick<TestDatabase, 'db'>) {
  const images = await db.query(
    `select id, original_name, visibility, public_original, tags, alt_text, focal_x, focal_y, version, last_version, redo, size,
       created_at, favourite, rating, archived, trashed_at from images order by id`,
  )
  const versions = await db.query(
    `select image_id, version, parent, cause,
       (select min(version) from versions o where o.image_id = v.image_id and o.original_key = v.original_key) as original, format, content_type, original_width, original_height, size, sha256,
       orientation, frames, has_alpha, recipe, width,
       (select jsonb_agg(a - 'storageKey' order by n) from jsonb_array_elements(v.assets) with ordinality as each(a, n)) as assets,
       height, metadata, date_trunc('milliseconds', created_at) as created_at
     from versions v order by image_id, version`,
  )
  const albums = await db.query(
    `select id, name, description, cover_id, date_trunc('milliseconds', created_at) as created_at,
       date_trunc('milliseconds', updated_at) as updated_at,
       (select array_agg(image_id order by position) from album_items where album_id = a.id) as items from albums a order by id`,
  )
  const searches = await db.query(
    `select id, name, q, sort, date_trunc('milliseconds', created_at) as created_at,
       date_trunc('milliseconds', updated_at) as updated_at from saved_searches order by id`,
  )
  return { images, versions, albums, searches }
}

it('brings everything back into an empty installation, byte for byte and act for act', async () => {
  const path = await archive()
  const before = await everythingOf(shop.database)
  const report = join(folder, 'report')
  const { code, out, err } = await run(
    ['import', 'export', path, '--owner', 'ben', '--report', report],
    environment,
  )
  expect([code, out, err]).toEqual([0, '6 restored.', ''])
  const after = await everythingOf(target)
  // Ids rise with time and lists go by them; how far a time is told is milliseconds.
  expect(after).toEqual(
    JSON.parse(JSON.stringify(before), (key, value) =>
      /_at$/.test(key) && value !== null ? new Date(value) : value,
    ),
  )
  expect(before.versions.length).toBe(8)
  const storage = await openStorage({ url: 'file:', folder: join(folder, 'data', 'storage') })
  try {
    const keysOf = ({ db }: Pick<TestDatabase, 'db'>) =>
      db.query<{ key: string }>(
        `select distinct k.key from versions v, lateral (
           select v.original_key as key union all select a ->> 'storageKey' from jsonb_array_elements(v.assets) a) k`,
      )
    const read = async (from: Pick<typeof storage, 'get'>, key: string): Promise<string> => {
      const hash = createHash('sha256')
      for await (const chunk of await from.get(key as never)) hash.update(chunk as Buffer)
      return hash.digest('hex')
    }
    const [there, here] = [await keysOf(shop.database), await keysOf(target)]
    const hashes = (from: typeof storage, keys: typeof there) =>
      Promise.all(keys.map(({ key }) => read(from, key))).then((all) => all.sort())
    expect(here).toHaveLength(5)
    expect(await hashes(storage, here)).toEqual(await hashes(shop.storage as typeof storage, there))
  } finally {
    await storage.close()
  }
  const jobs = await target.db.query(`select 1 as job from jobs where type = 'renditions'`)
  expect(jobs).toHaveLength(before.versions.length)
  const again = await run(['import', 'export', path, '--owner', 'ben'], environment)
  expect([again.code, again.out]).toEqual([0, '6 here already.'])
})

it('keeps what it has brought back when the same comes twice at a time', async () => {
  const unpacked = join(folder, 'twice')
  await promisify(execFile)('python3', [
    '-m',
    'zipfile',
    '-e',
    await archive({ imageIds: [ids[1]] }),
    unpacked,
  ])
  const part = join(unpacked, 'images', '000001.jsonl')
  await appendFile(part, await readFile(part))
  await target.db.query('delete from images where id = $1', [String(ids[1])])
  const words = ['import', 'export', unpacked, '--owner', 'ben', '--at-once', '2']
  const { code, out, err } = await run(words, environment)
  expect([code, out, err]).toEqual([0, '1 restored, 2 here already.', ''])
  const rows = await target.db.query<{ key: string }>(
    'select original_key as key from versions where image_id = $1',
    [String(ids[1])],
  )
  const storage = await openStorage({ url: 'file:', folder: join(folder, 'data', 'storage') })
  try {
    for (const { key } of rows) expect(await storage.head(key as never), key).not.toBeNull()
    expect(rows).toHaveLength(1)
  } finally {
    await storage.close()
  }
})

it('refuses what is damaged, another’s and no export, and goes on with the rest', async () => {
  const path = await archive({ imageIds: ids.slice(1) })
  expect((await run(['users', 'create', 'zoe', '--stdin'], environment, 'correct horse')).code).toBe(0)
  const taken = await run(['import', 'export', path, '--owner', 'zoe'], environment)
  expect(taken.code).toBe(1)
  expect(taken.err).toMatch(/There is an image with this id here already/)
  await target.db.query('delete from images where id = any($1::uuid[])', [ids.slice(1)])
  const bytes = await readFile(path)
  const at = bytes.indexOf(await jpeg(92, 60))
  bytes.writeUInt8(bytes.readUInt8(at + 400) ^ 1, at + 400)
  const damaged = join(folder, 'damaged.zip')
  await writeFile(damaged, bytes)
  const some = await run(['import', 'export', damaged, '--owner', 'zoe'], environment)
  expect([some.code, some.out]).toEqual([1, '1 restored, 2 refused.'])
  expect(some.err).toMatch(/album Sea: refused, There is an album with this id here already/)
  expect(some.err).toMatch(/other\.jpg: refused, The file is damaged in the archive/)
  for (const [words, message] of [
    [['import', 'export'], /where is it\?/],
    [['import', 'export', path], /whose is it\?/],
    [['import', 'export', '/no/such.zip', '--owner', 'ben'], /no file or folder/],
    [['import', 'export', join(folder, 'report'), '--owner', 'ben'], /no ZIP archive/],
    [['import', 'export', join(folder, 'data'), '--owner', 'ben'], /no export of Rendition/],
    [['import', 'export', path, '--owner', 'eve'], /no account eve/],
  ] as const) {
    expect((await run([...words], environment)).err).toMatch(message)
  }
})
