import type { Image, Job, Version } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop({ images: { resultTtlMs: 3_600_000 } })
})
afterAll(() => shop.close())

type User = ReturnType<Workshop['user']>
const call = (user: User, method: 'GET' | 'POST', url: string, body?: object) =>
  shop.app.inject({ method, url, headers: user.headers, ...(body === undefined ? {} : { payload: body }) })

async function sent(user: User, url: string, width: number, height: number): Promise<Image> {
  const { payload, headers } = multipart([
    { name: 'image', value: await jpeg(width, height), filename: 'a.jpg' },
  ])
  const all = { ...headers, ...user.headers }
  const { id } = (await shop.app.inject({ method: 'POST', url, payload, headers: all })).json<Image>()
  return vi.waitFor(
    async () => {
      const image = (await call(user, 'GET', `/api/images/${id}`)).json<Image>()
      expect(image.status).toBe('complete')
      return image
    },
    { timeout: 30_000, interval: 50 },
  )
}

const versions = async (user: User, id: string) =>
  (await call(user, 'GET', `/api/images/${id}/versions`)).json<{ items: Version[] }>().items
const transform = async (user: User, id: string, body: object) =>
  call(user, 'POST', `/api/images/${id}/transform`, { async: false, ...body })

it('an edit is made anew from the original, and is undone to the version before it', async () => {
  const user = shop.user()
  const { id } = await sent(user, '/api/images', 300, 200)
  const grey = { op: 'grayscale' }
  const crop = { op: 'crop', x: 0, y: 0, width: 100, height: 50 }
  await transform(user, id, { steps: [crop, grey], saveImage: true })
  // The crop is taken back, the grey stays: no version holds just that
  const answer = await transform(user, id, { steps: [grey], saveImage: true, version: 1 })
  expect(answer.json<Job>()).toMatchObject({
    status: 'complete',
    result: { width: 300, height: 200, version: 3 },
  })
  const [third, second, first] = await versions(user, id)
  expect(third).toMatchObject({ version: 3, parent: 2, base: 1, current: true, width: 300 })
  expect(third?.recipe).toMatchObject({ steps: [grey] })
  expect(second).toMatchObject({ base: 1, width: 100 })
  expect(first).toMatchObject({ base: 1, recipe: null })
  const undone = (await call(user, 'POST', `/api/images/${id}/undo`)).json<Image>()
  expect(undone).toMatchObject({ version: 2, width: 100 })
  // What is not saved starts there too, whatever is current
  const passing = await transform(user, id, { steps: [grey], saveImage: false, version: 1 })
  expect(passing.json<Job>()).toMatchObject({ status: 'complete', result: { width: 300, height: 200 } })
})

it('the base is the original that a version is of, also after another one and a way back', async () => {
  const user = shop.user()
  const { id } = await sent(user, '/api/images', 300, 200)
  await transform(user, id, { steps: [{ op: 'flip' }], saveImage: true })
  await sent(user, `/api/images/${id}/replace`, 120, 90)
  await call(user, 'POST', `/api/images/${id}/versions/2/restore`)
  const list = await versions(user, id)
  expect(list.map(({ version, base }) => [version, base])).toEqual([
    [4, 1],
    [3, 3],
    [2, 1],
    [1, 1],
  ])
})

it('refuses a version that is not there, one beside many images, and one where nothing is put on it', async () => {
  const user = shop.user()
  const one = await sent(user, '/api/images', 40, 30)
  const other = await sent(user, '/api/images', 41, 30)
  const steps = [{ op: 'flip' }]
  expect((await transform(user, one.id, { steps, saveImage: true, version: 9 })).statusCode).toBe(404)
  expect((await transform(user, one.id, { steps, saveImage: true, version: 0 })).statusCode).toBe(400)
  const many = { imageIds: [one.id, other.id], type: 'transform', steps, version: 1 }
  const refused = await call(user, 'POST', '/api/jobs', many)
  expect(refused.statusCode).toBe(400)
  expect(refused.json()).toMatchObject({ errors: [{ path: 'version' }] })
  const sizes = await call(user, 'POST', '/api/jobs', { imageId: one.id, type: 'renditions', version: 1 })
  expect(sizes.statusCode).toBe(400)
  const job = await call(user, 'POST', '/api/jobs', { imageId: one.id, type: 'transform', steps, version: 1 })
  expect(job.statusCode).toBe(202)
  const stranger = shop.user()
  const theirs = await transform(stranger, one.id, { steps, saveImage: true, version: 1 })
  expect(theirs.statusCode).toBe(404)
})
