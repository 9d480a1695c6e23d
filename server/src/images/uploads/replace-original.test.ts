import type { Image, Page } from '@rendition/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
const own = new Map<string, { bytes: number; images: number }>()
beforeAll(async () => {
  shop = await openWorkshop({
    worker: false,
    images: { presets: {} },
    quotaOf: async (_, ownerId) => own.get(ownerId) ?? { bytes: null, images: null },
  })
})
afterAll(() => shop?.close())

const send = async (user: User, url: string, side: number) => {
  const { payload, headers } = multipart([
    { name: 'f', value: await jpeg(side, side), filename: `${side}.jpg` },
  ])
  return shop.app.inject({ method: 'POST', url, payload, headers: { ...headers, ...user.headers } })
}
const listed = async (user: User) =>
  (await shop.app.inject({ url: '/api/images', headers: user.headers })).json<Page<Image>>().items

it('replaces an original where the account has all the images that it may', async () => {
  const user = shop.user()
  own.set(user.userId, { bytes: 0, images: 1 })
  const { id } = (await send(user, '/api/images', 40)).json<Image>()
  expect((await send(user, '/api/images', 50)).json()).toMatchObject({ code: 'quota_exceeded' })
  const replaced = await send(user, `/api/images/${id}/replace`, 60)
  expect([replaced.statusCode, replaced.json()]).toMatchObject([201, { id, version: 2 }])
  expect(await listed(user)).toMatchObject([{ id, version: 2, width: 60 }])
})

it('refuses one that the bytes of the account have no room for', async () => {
  const user = shop.user()
  const { id, size } = (await send(user, '/api/images', 40)).json<Image>()
  own.set(user.userId, { bytes: size + 10, images: 0 })
  expect((await send(user, `/api/images/${id}/replace`, 60)).json()).toMatchObject({ code: 'quota_exceeded' })
  expect(await listed(user)).toMatchObject([{ id, version: 1 }])
})

it('asks for the room of the account whose image it is, whoever replaces its original', async () => {
  const [user, admin] = [shop.user(), shop.user('admin')]
  const { id } = (await send(user, '/api/images', 40)).json<Image>()
  await send(admin, '/api/images', 40)
  own.set(admin.userId, { bytes: 1, images: 1 })
  expect((await send(admin, `/api/images/${id}/replace`, 60)).statusCode).toBe(201)
  own.set(user.userId, { bytes: 1, images: 0 })
  expect((await send(admin, `/api/images/${id}/replace`, 70)).json()).toMatchObject({
    code: 'quota_exceeded',
  })
})
