import { createHash } from 'node:crypto'
import { mkdir, readdir, rmdir, utimes, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { Image } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { quarters } from '../testing/pictures.ts'
import { createTusClient, idOf } from '../testing/tus-client.ts'

let shop: Workshop
let origin: string
let picture: Buffer
beforeAll(async () => {
  shop = await openWorkshop()
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  picture = await quarters(900, 700).png({ compressionLevel: 0 }).toBuffer()
})
afterAll(() => shop.close())

const { send, begin, patch, get } = createTusClient(() => origin)
const growing = () => readdir(`${shop.folder}/.growing`)
const age = (path: string, by: string) =>
  shop.database.db.query(`update uploads set touched_at = now() - $2::interval where id = $1`, [
    idOf(path),
    by,
  ])

/** An upload all of whose bytes came just before the process was killed. */
async function leaveComplete(user: User): Promise<string> {
  const path = await begin(user, picture)
  await writeFile(`${shop.folder}/.growing/${idOf(path)}`, picture)
  await shop.database.db.query('update uploads set size = $2, growth = $3 where id = $1', [
    idOf(path),
    picture.length,
    JSON.stringify({ size: picture.length }),
  ])
  return path
}

/** Rows whose bytes can neither be read nor removed: a folder stands in their place. Gives how they are put right. */
async function addStuck(count: number, size: number, touched: string): Promise<() => Promise<void>> {
  const ids = Array.from({ length: count }, () => uuidv7())
  for (const id of ids) await mkdir(`${shop.folder}/.growing/${id}`)
  await shop.database.db.query(
    `insert into uploads (id, owner_id, kind, length, size, growth, metadata, touched_at)
     select id, $2, 'whole', 10, $3, $4, '', now() - $5::interval from unnest($1::uuid[]) as t(id)`,
    [ids, uuidv7(), size, JSON.stringify({ size }), touched],
  )
  return async () => {
    for (const id of ids) await rmdir(`${shop.folder}/.growing/${id}`)
    await shop.database.db.query('delete from uploads where id = any($1::uuid[])', [ids])
  }
}

it('removes what is expired, after it was told so', async () => {
  const user = shop.user()
  const path = await begin(user, picture)
  await patch(user, path, 0, picture.subarray(0, 1_000))
  await age(path, '25 hours')
  const gone = await send(user, 'HEAD', path)
  expect(gone.status).toBe(410)
  await shop.images.upkeep.sweepOnce()
  expect((await send(user, 'HEAD', path)).status).toBe(404)
  expect(await growing()).not.toContain(idOf(path))
})

it('makes an image of what was complete when nobody came back', async () => {
  const user = shop.user()
  const path = await leaveComplete(user)
  await age(path, '5 minutes')
  await shop.images.upkeep.sweepOnce()
  const asked = await send(user, 'HEAD', path)
  const image = await get<Image>(user, `/api/images/${asked.headers.get('x-image-id')}`)
  expect(image.sha256).toBe(createHash('sha256').update(picture).digest('hex'))
})

it('removes bytes of which no row speaks', async () => {
  const names = ['0192ab3c-1111-7000-8000-000000000000', 'no-id-at-all']
  for (const name of names) {
    await writeFile(`${shop.folder}/.growing/${name}`, 'lost')
    await utimes(`${shop.folder}/.growing/${name}`, 1, 1)
  }
  const path = await begin(shop.user(), picture)
  await utimes(`${shop.folder}/.growing/${idOf(path)}`, 1, 1)
  expect((await shop.images.resumable.sweepLost(60_000)).sort()).toEqual(names)
  expect(await growing()).toEqual(expect.not.arrayContaining(names))
  expect(await growing()).toContain(idOf(path))
})

it('makes an image of a complete one behind a hundred that fail', async () => {
  const mend = await addStuck(100, 10, '2 hours')
  const user = shop.user()
  const path = await leaveComplete(user)
  await age(path, '1 hour')
  await shop.images.resumable.sweep()
  await shop.images.resumable.sweep()
  const images = await get<{ items: Image[] }>(user, '/api/images')
  await mend()
  expect(images.items).toHaveLength(1)
})

it('removes what is expired behind a hundred that cannot be removed', async () => {
  const mend = await addStuck(100, 5, '26 hours')
  const path = await begin(shop.user(), picture)
  await age(path, '25 hours')
  await shop.images.resumable.sweep()
  await shop.images.resumable.sweep()
  const left = await growing()
  await mend()
  expect(left).toHaveLength(101)
  expect(left).not.toContain(idOf(path))
})
