import type { DuplicateGroup, Image, Page, SimilarImage, UploadedImage } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { multipart } from '../testing/pictures.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())

/** Soft shapes, others for every seed, in any size. */
function scene(seed: number, width: number): Promise<Buffer> {
  let state = seed
  const pixels = Buffer.alloc(12 * 8 * 3).map(() => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return (state >> 16) & 255
  })
  return sharp(pixels, { raw: { width: 12, height: 8, channels: 3 } })
    .resize(width, Math.round(width / 1.5), { kernel: 'cubic', fit: 'fill' })
    .jpeg()
    .toBuffer()
}

const call = (user: User, method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) =>
  shop.app.inject({
    method,
    url: `/api/images${path}`,
    headers: user.headers,
    ...(payload === undefined ? {} : { payload }),
  })
async function send(user: User, path: string, bytes: Buffer): Promise<string> {
  const { payload, headers } = multipart([{ name: 'f', value: bytes, filename: 'a.jpg' }])
  const sent = { method: 'POST' as const, url: `/api/images${path}`, payload }
  const answer = await shop.app.inject({ ...sent, headers: { ...headers, ...user.headers } })
  expect(answer.statusCode).toBe(201)
  const { id } = answer.json<UploadedImage>()
  await complete(user, id)
  return id
}
const complete = (user: User, id: string) =>
  vi.waitFor(
    async () => expect((await call(user, 'GET', `/${id}`)).json<Image>().status).toBe('complete'),
    20_000,
  )
const similar = async (user: User, id: string, query = '') =>
  (await call(user, 'GET', `/${id}/similar${query}`)).json<Page<SimilarImage>>()
const idsOf = ({ items }: Page<SimilarImage>) => items.map(({ image }) => image.id)
const groups = async (user: User, query = '') =>
  (await call(user, 'GET', `/duplicates${query}`)).json<Page<DuplicateGroup>>()
const shown = ({ items }: Page<DuplicateGroup>) => items.map(({ images }) => images.map(({ id }) => id))

it('finds what looks nearly the same in the account alone, and groups it, without what is in the trash', async () => {
  const [user, other] = [shop.user(), shop.user()]
  const [large, small, third] = [
    await send(user, '', await scene(1, 480)),
    await send(user, '', await scene(1, 240)),
    await send(user, '', await scene(1, 333)),
  ]
  const pair = [await send(user, '', await scene(2, 300)), await send(user, '', await scene(2, 200))]
  const alone = await send(user, '', await scene(3, 300))
  const foreign = await send(other, '', await scene(1, 480))

  const found = await similar(user, large)
  expect(new Set(idsOf(found))).toEqual(new Set([small, third]))
  expect(found.items.every(({ difference }) => difference <= 7)).toBe(true)
  const first = await similar(user, large, '?limit=1')
  const second = await similar(user, large, `?limit=1&cursor=${first.nextCursor}`)
  expect([...idsOf(first), ...idsOf(second)]).toEqual(idsOf(found))
  expect(second.nextCursor).toBeNull()
  expect(idsOf(await similar(user, alone))).toEqual([])
  expect((await call(user, 'GET', `/${foreign}/similar`)).statusCode).toBe(404)
  expect((await call(user, 'GET', `/${large}/similar?cursor=x`)).statusCode).toBe(400)

  expect(shown(await groups(user))).toEqual([pair, [large, small, third]])
  const page = await groups(user, '?limit=1')
  expect(shown(page)).toEqual([pair])
  expect(shown(await groups(user, `?limit=1&cursor=${page.nextCursor}`))).toEqual([[large, small, third]])
  expect(shown(await groups(other))).toEqual([])

  await call(user, 'POST', `/${large}/trash`)
  await call(user, 'DELETE', `/${pair[1]}`)
  expect(shown(await groups(user))).toEqual([[small, third]])
  expect(idsOf(await similar(user, small))).toEqual([third])
  await call(user, 'POST', `/${large}/restore`)
  expect(shown(await groups(user))).toEqual([[large, small, third]])
})

it('goes by the original of the current version, whatever was made of it', async () => {
  const user = shop.user()
  const [first, second] = [
    await send(user, '', await scene(4, 300)),
    await send(user, '', await scene(4, 200)),
  ]
  const asked = await call(user, 'POST', `/${second}/transform`, {
    width: 50,
    height: 50,
    fit: 'cover',
    saveImage: true,
  })
  expect(asked.statusCode).toBe(202)
  await vi.waitFor(
    async () =>
      expect((await call(user, 'GET', `/${second}`)).json<Image>()).toMatchObject({
        version: 2,
        status: 'complete',
      }),
    20_000,
  )
  expect(idsOf(await similar(user, first))).toEqual([second])
  await send(user, `/${second}/replace`, await scene(5, 200))
  expect(idsOf(await similar(user, first))).toEqual([])
  expect(shown(await groups(user))).toEqual([])
  expect((await call(user, 'POST', `/${second}/undo`)).statusCode).toBe(200)
  expect(shown(await groups(user))).toEqual([[first, second]])
})

it('looks at what was there before, and leaves what is plain or gone', async () => {
  const user = shop.user()
  const { db } = shop.database
  const [first, second] = [
    await send(user, '', await scene(6, 300)),
    await send(user, '', await scene(6, 600)),
  ]
  const plain = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#777' } })
    .png()
    .toBuffer()
  const same = [await send(user, '', plain), await send(user, '', plain)]
  expect(idsOf(await similar(user, same[0] ?? ''))).toEqual([])
  const looks = () =>
    db.query('select image_id, look::text, look_rules from versions where image_id = any($1) order by 1', [
      [first, second, ...same],
    ])
  const before = await looks()
  await db.query('update versions set look = null, look_rules = 0 where image_id = any($1)', [
    [first, second, ...same],
  ])
  expect(idsOf(await similar(user, first))).toEqual([])
  while (await shop.images.upkeep.lookOnce()) {
    // Until nothing is left.
  }
  expect(await looks()).toMatchObject(
    before.map(({ look_rules, look, image_id }) => ({
      image_id,
      look_rules,
      look: look === null ? null : expect.any(String),
    })),
  )
  expect(idsOf(await similar(user, first))).toEqual([second])
  expect(await db.query('select 1 from looks where group_id is null')).toEqual([])
})
