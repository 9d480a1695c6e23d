import type { Job } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { keyOf } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../../images/testing/pictures.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())

type Headers = Record<string, string>
const call = (headers: Headers, method: 'GET' | 'POST', url: string, payload?: object) =>
  shop.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })

async function uploaded() {
  const user = shop.user()
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(90, 60), filename: 'a.jpg' }])
  const answer = await shop.app.inject({
    method: 'POST',
    url: '/api/images',
    payload,
    headers: { ...headers, ...user.headers },
  })
  expect(answer.statusCode, answer.body).toBe(201)
  return { user, imageId: answer.json<{ id: string }>().id }
}
const transform = { type: 'transform', steps: [{ op: 'rotate', angle: 90 }] }

it('a key that may not write images appends no version by a job', async () => {
  const { user, imageId } = await uploaded()
  const key = keyOf(user, 'jobs:write', 'jobs:read', 'images:read')
  const saving = await call(key, 'POST', '/api/jobs', { ...transform, imageId, saveImage: true })
  expect(saving.statusCode).toBe(403)
  expect(saving.json()).toMatchObject({ code: 'insufficient_scope' })
  const passing = await call(key, 'POST', '/api/jobs', { ...transform, imageId })
  expect(passing.statusCode).toBe(202)
  const both = keyOf(user, 'jobs:write', 'images:write')
  const saved = await call(both, 'POST', '/api/jobs', { ...transform, imageId, saveImage: true })
  expect(saved.statusCode).toBe(202)
})

it('a key that may not read images is told of its jobs, but given no picture and no signed address', async () => {
  const { user, imageId } = await uploaded()
  const asked = await call(user.headers, 'POST', '/api/jobs', { ...transform, imageId, saveImage: true })
  expect(asked.statusCode, asked.body).toBe(202)
  const { id } = asked.json<Job>()
  const blind = keyOf(user, 'jobs:read')
  await vi.waitFor(
    async () => expect((await call(blind, 'GET', `/api/jobs/${id}`)).json<Job>().status).toBe('complete'),
    { timeout: 30_000, interval: 50 },
  )
  expect((await call(blind, 'GET', `/api/jobs/${id}`)).json<Job>()).toMatchObject({
    imageUrl: null,
    result: { imageUrl: null, url: null, version: 2 },
  })
  const listed = (await call(blind, 'GET', '/api/jobs?type=transform')).json<{ items: Job[] }>()
  expect(listed.items.map((job) => job.imageUrl)).toEqual([null])
  const refused = await call(blind, 'GET', `/api/jobs/${id}/result`)
  expect(refused.statusCode).toBe(403)
  expect(refused.json()).toMatchObject({ code: 'insufficient_scope' })
  const seeing = keyOf(user, 'jobs:read', 'images:read')
  const given = await call(seeing, 'GET', `/api/jobs/${id}/result`)
  expect([given.statusCode, given.headers.vary]).toEqual([200, 'Authorization, X-API-Key'])
  expect((await call(seeing, 'GET', `/api/jobs/${id}`)).json<Job>().imageUrl).toContain(imageId)
})
