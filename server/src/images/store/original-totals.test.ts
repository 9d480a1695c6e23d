import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Image } from '@rendition/contract'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import type { Database, Queryable } from '../../platform/database/port.ts'
import { jpeg, multipart } from '../testing/pictures.ts'
import { countOriginals, foldOriginals } from './original-totals.ts'

/** The kept total of each account against a count of everything: the same at every moment, whatever happens and whoever adds up. */
let shop: Workshop
let db: Database
beforeAll(async () => {
  shop = await openWorkshop({
    images: {
      presets: { small: { v: 1, steps: [], output: { format: 'webp' } } } as never,
      quotaBytes: 10 ** 12,
      quotaImages: 10 ** 9,
    },
  })
  db = shop.database.db
})
beforeEach(async () => {
  await db.query('delete from images')
  await db.query('truncate original_totals, original_changes')
})
afterAll(() => shop?.close())

/** Acts of the long walk; `TOTAL_ACTS=3000` for a longer one, `TOTAL_SEED` for one that failed. */
const acts = Number(process.env.TOTAL_ACTS ?? 60)
const seed = Number(process.env.TOTAL_SEED ?? randomInt(2 ** 31))

/** The same numbers for the same seed. */
function chances(from: number): (below: number) => number {
  let state = from
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Accounts whose kept total is not what there is: both of one moment, as one statement sees them. */
const wrong = (on: Queryable = db) =>
  on.query(
    `with kept as (
       select owner_id, sum(bytes)::bigint as bytes, sum(images)::bigint as images from (
         select owner_id, bytes, images from original_totals union all select owner_id, bytes, images from original_changes
       ) both_of_them group by owner_id having sum(bytes) <> 0 or sum(images) <> 0
     ), counted as (
       select owner_id, sum(size)::bigint as bytes, count(distinct image_id) as images
       from (select distinct i.owner_id, v.image_id, v.original_key, v.size
             from versions v join images i on i.id = v.image_id) o group by owner_id
     )
     select owner_id, kept.bytes, counted.bytes as really, kept.images, counted.images as real_images
     from kept full join counted using (owner_id)
     where kept.bytes is distinct from counted.bytes or kept.images is distinct from counted.images`,
  )

/** While `work` goes on two add up, few at a time, and somebody compares without a pause. */
async function whileAddedUp(work: () => Promise<void>): Promise<void> {
  let going = true
  let compared = 0
  const loop = async (step: () => Promise<unknown>): Promise<void> => {
    while (going) await step()
  }
  const compare = async () => {
    expect(await wrong(), `seed ${seed}`).toEqual([])
    compared += 1
  }
  const loops = [loop(() => foldOriginals(db, 3)), loop(() => foldOriginals(db, 2)), loop(compare)]
  try {
    await Promise.race([work(), ...loops])
  } finally {
    going = false
    await Promise.allSettled(loops)
  }
  await compare()
  while ((await foldOriginals(db, 1_000)) > 0);
  await compare()
  expect(compared).toBeGreaterThan(2)
}

type Method = 'GET' | 'POST' | 'DELETE'
const call = (by: User, method: Method, url: string, body?: object) =>
  shop.app.inject({ method, url, headers: by.headers, ...(body === undefined ? {} : { payload: body }) })
async function send(by: User, url: string, picture: Buffer) {
  const { payload, headers } = multipart([{ name: 'image', value: picture, filename: 'a.jpg' }])
  return shop.app.inject({ method: 'POST', url, payload, headers: { ...headers, ...by.headers } })
}

it(`is the same after ${acts} acts of several accounts, several at a time`, {
  timeout: 600_000,
}, async () => {
  const chance = chances(seed)
  const pictures = await Promise.all([40, 41, 42, 43, 44].map((width) => jpeg(width, 30)))
  const users = [shop.user(), shop.user(), shop.user()]
  const done = new Map<string, number>()
  const any = <T>(from: readonly T[]): T => from[chance(from.length)] as T
  const imagesOf = async (user: User): Promise<string[]> =>
    (
      await db.query<{ id: string }>('select id from images where owner_id = $1 order by id', [user.userId])
    ).map(({ id }) => id)

  const erase = ({ userId }: User): Promise<void> => shop.images.holdings.deleteAllOf(userId)
  const act = async (): Promise<void> => {
    const user = any(users)
    const ids = await imagesOf(user)
    const id = ids.length === 0 ? null : any(ids)
    const picture = any(pictures)
    const [turn, n] = [chance(100), 1 + chance(3)]
    const of = (path: string) => `/api/images/${id}${path}`
    const does = async (name: string, asked: PromiseLike<{ statusCode: number }>): Promise<void> => {
      const { statusCode } = await asked
      // What another act deleted or moved meanwhile is refused; nothing may fail.
      expect(statusCode, `${name}, seed ${seed}`).toBeLessThan(500)
      if (statusCode < 300) done.set(name, (done.get(name) ?? 0) + 1)
    }
    if (id === null || turn < 22) return does('upload', send(user, '/api/images', picture))
    if (turn < 40) return does('replace', send(user, of('/replace'), picture))
    if (turn < 54) {
      const edit = { steps: [{ op: 'blur', sigma: n }], saveImage: true, async: false }
      return does('edit', call(user, 'POST', of('/transform'), edit))
    }
    if (turn < 62) return does('undo', call(user, 'POST', of('/undo')))
    if (turn < 67) return does('redo', call(user, 'POST', of('/redo')))
    if (turn < 76) return does('version again', call(user, 'POST', of(`/versions/${n}/restore`)))
    if (turn < 82) return does('trash', call(user, 'POST', of('/trash')))
    if (turn < 85) return does('out of the trash', call(user, 'POST', of('/restore')))
    if (turn < 93) return does('delete', call(user, 'DELETE', of('')))
    const some = { imageIds: ids.slice(0, n), change: { delete: true } }
    return does('delete several', call(user, 'POST', '/api/images/bulk', some))
  }
  await whileAddedUp(async () => {
    for (let made = 0; made < acts; made += 3) {
      // Nothing new comes of an account that goes: whatever writes of one holds it.
      const leaving = chance(10) === 0 ? users.splice(chance(3), 1, shop.user()) : []
      await Promise.all([...leaving.map(erase), act(), act(), act()])
    }
  })
  for (const name of ['upload', 'replace']) {
    expect(done.get(name), `${name}, seed ${seed}`).toBeGreaterThan(0)
  }
  for (const user of users) await erase(user)
  for (const table of ['original_totals', 'original_changes']) {
    expect(await db.query(`select * from ${table}`), table).toEqual([])
  }
})

it('is what an account is told of', async () => {
  const user = shop.user()
  const [small, large] = [await jpeg(40, 30), await jpeg(60, 50)]
  const { id } = (await send(user, '/api/images', small)).json<Image>()
  await send(user, '/api/images', small)
  expect((await send(user, `/api/images/${id}/replace`, large)).statusCode).toBe(201)
  const told = { bytes: 2 * small.length + large.length, images: 2 }
  expect(await shop.images.holdings.of(user.userId)).toEqual({
    ...told,
    limits: { bytes: 10 ** 12, images: 10 ** 9 },
  })
  while ((await foldOriginals(db, 1)) > 0);
  expect(await countOriginals(db, user.userId)).toEqual({ ...told, loose: 0 })
})

it('is added up by an upload where much was left to it', async () => {
  const user = shop.user()
  // 1,500 small changes, as an import leaves them while no service runs.
  await fill(db, user.userId, 'one', 1_500)
  expect((await countOriginals(db, user.userId)).loose).toBe(1_500)
  expect((await send(user, '/api/images', await jpeg(40, 30))).statusCode).toBe(201)
  expect(await countOriginals(db, user.userId)).toMatchObject({ images: 1_501, loose: 1 })
  expect(await wrong()).toEqual([])
})

/** Images with one version, of 10 bytes each; by a statement for each, or by one. */
async function fill(on: Queryable, ownerId: string, by: 'one' | 'many', count: number): Promise<void> {
  const statement = (from: number, to: number) =>
    on.query(
      `with made as (
         insert into images (id, owner_id, original_name, visibility, version, last_version, size)
         select gen_random_uuid(), $1, 'a.jpg', 'private', 1, 1, 10 from generate_series($2::int, $3::int) returning id)
       insert into versions (image_id, version, cause, original_key, format, content_type, original_width,
         original_height, size, sha256, orientation, frames, has_alpha, width, height, status)
       select id, 1, 'upload', id::text, 'jpeg', 'image/jpeg', 1, 1, 10, '', 1, 1, false, 1, 1, 'complete' from made`,
      [ownerId, from, to],
    )
  if (by === 'many') await statement(1, count)
  else for (let n = 1; n <= count; n += 1) await statement(n, n)
}

const owners = ['a', 'b', 'c'].map((letter) => `00000000-0000-7000-8000-00000000000${letter}`)
const ownerOf = (n: number): string => owners[n] ?? ''
const imageOf = (n: number): string => `00000000-0000-7000-9000-00000000000${n}`

it('is the same after statements of any kind, of one row and of many, committed or not', async () => {
  const chance = chances(seed)
  const numbers = (most: number) => Array.from({ length: 1 + chance(most) }, () => chance(6))
  const insert = `insert into versions (image_id, version, cause, original_key, format, content_type, original_width,
      original_height, size, sha256, orientation, frames, has_alpha, width, height, status)
    select i.id, r.version, 'upload', r.key::text, 'jpeg', 'image/jpeg', 1, 1, 100 + r.key, '', 1, 1, false, 1, 1, 'complete'
    from unnest($1::uuid[], $2::int[], $3::int[]) r (image, version, key) join images i on i.id = r.image
    where not exists (select 1 from versions v where v.image_id = r.image and v.version = r.version)`
  const statement = async (tx: Queryable): Promise<void> => {
    const picked = numbers(4)
    const ids = picked.map(imageOf)
    switch (chance(7)) {
      case 0:
        await tx.query(
          `insert into images (id, owner_id, original_name, visibility, version, last_version, size)
           select id, owner, 'a.jpg', 'private', 1, 1, 1 from unnest($1::uuid[], $2::uuid[]) r (id, owner)
           on conflict do nothing`,
          [ids, picked.map(() => ownerOf(chance(3)))],
        )
        return
      case 1:
      case 2:
      case 3: {
        // The same version at most once.
        const rows = new Map(numbers(8).map((n) => [`${n}`, [imageOf(n % 3), n, chance(3)] as const]))
        const by = (at: 0 | 1 | 2) => [...rows.values()].map((row) => row[at])
        await tx.query(insert, [by(0), by(1), by(2)])
        return
      }
      case 4:
        await tx.query('delete from versions where image_id = any($1::uuid[]) and version = any($2::int[])', [
          ids,
          numbers(3),
        ])
        return
      case 5:
        await tx.query('update images set owner_id = $2 where id = any($1::uuid[])', [
          ids,
          ownerOf(chance(3)),
        ])
        return
      default:
        await tx.query('delete from images where id = any($1::uuid[])', [ids.slice(0, 2)])
    }
  }
  await whileAddedUp(async () => {
    for (let n = 0; n < 5 * acts; n += 1) {
      const kept = chance(4) > 0
      await db
        .transaction(async (tx) => {
          for (let s = 0; s <= chance(3); s += 1) await statement(tx)
          expect(await wrong(tx), `seed ${seed}`).toEqual([])
          if (!kept) throw new Error('taken back')
        })
        .catch((error: unknown) => {
          if (!(error instanceof Error && error.message === 'taken back')) throw error
        })
    }
  })
})

it('is right of what was there before, counted while more comes and goes', async () => {
  const migration = await readFile(
    new URL('../../../migrations/0086_original_totals_counted.sql', import.meta.url),
    'utf8',
  )
  const [first, second] = [ownerOf(0), ownerOf(1)]
  for (let round = 0; round < 5; round += 1) {
    await db.query('delete from images')
    // As processes of before the triggers left them.
    await db.query('alter table versions disable trigger user')
    await fill(db, first, 'many', 3_000)
    await db.query('alter table versions enable trigger user')
    await db.query('truncate original_totals, original_changes')
    expect(await wrong()).toHaveLength(1)
    const comes = async () => {
      await fill(db, first, 'one', 40)
      await fill(db, second, 'many', 7)
      await db.query(
        'delete from images where id in (select id from images where owner_id = $1 order by id limit 20)',
        [first],
      )
    }
    await Promise.all([comes(), db.query(migration), comes()])
    expect(await wrong()).toEqual([])
    while ((await foldOriginals(db, 100)) > 0);
    expect(await wrong()).toEqual([])
    const [kept] = await db.query<{ images: number }>(
      'select count(*)::int as images from images where owner_id = $1',
      [first],
    )
    const images = kept?.images ?? 0
    expect(await countOriginals(db, first)).toEqual({ bytes: 10 * images, images, loose: 0 })
  }
})

it('keeps to one original: none of a version is changed under what was counted', async () => {
  const first = ownerOf(0)
  await fill(db, first, 'many', 1)
  const set = (what: string) =>
    db.query(`update versions set ${what} where image_id in (select id from images where owner_id = $1)`, [
      first,
    ])
  for (const what of ['size = 11', "original_key = 'b'"]) {
    await expect(set(what)).rejects.toThrow('a version keeps its original')
  }
  await set("size = 10, status = 'failed'")
  expect(await wrong()).toEqual([])
})
