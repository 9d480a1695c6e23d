import { beforeAll, expect, inject, it } from 'vitest'
import { jpeg, look } from '../pictures.ts'
import { caller, poll } from './caller.ts'

const api = caller(inject('baseUrl'))
let token: string
let imageId: string
beforeAll(async () => {
  const credentials = { username: `jobs${crypto.randomUUID().slice(0, 8)}`, password: 'a job of its own' }
  token = (await api.sendJson('POST', '/api/auth/register', credentials)).json.token
  const file = { name: 'photo.jpg', type: 'image/jpeg', bytes: await jpeg(800, 600) }
  imageId = (await api.upload('/api/images', 'image', file, token)).json.id
})

it('has a page in front, behind the same door as everything else', async () => {
  const page = await api.get('/')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
})

it('creates a job, tells its status and gives its result', async () => {
  const wanted = { imageId, type: 'transform', parameters: { width: 120 }, saveImage: false }
  const created = await api.sendJson('POST', '/api/jobs', wanted, token)
  expect(created.status).toBe(202)
  const { id } = created.json
  const done = await poll(
    () => api.get(`/api/jobs/${id}`, token),
    ({ json }) => json.status === 'complete',
  )
  expect(done.json).toMatchObject({ id, imageId, progress: 1, result: { width: 120 } })
  expect(await look((await api.get(`/api/jobs/${id}/result`, token)).bytes)).toMatchObject({ width: 120 })
})

it('updates and deletes jobs', async () => {
  const wanted = {
    imageId,
    type: 'transform',
    parameters: { width: 121 },
    saveImage: false,
    priority: 'bulk',
  }
  const { id } = (await api.sendJson('POST', '/api/jobs', wanted, token)).json
  const changed = await api.sendJson('PATCH', `/api/jobs/${id}`, { priority: 'interactive' }, token)
  // It may have been done meanwhile, and then there is nothing to change.
  expect([200, 409]).toContain(changed.status)
  expect((await api.delete(`/api/jobs/${id}`, token)).status).toBe(204)
  expect((await api.get(`/api/jobs/${id}`, token)).status).toBe(404)
})

it('lets nobody in without a token', async () => {
  expect((await api.get('/api/jobs')).status).toBe(401)
})
