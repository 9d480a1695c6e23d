import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody } from './api.ts'
import { jpeg, look } from './pictures.ts'

let anyone: Api
let api: Api
let image: ImageBody
beforeAll(async () => {
  anyone = createApi(inject('baseUrl'))
  api = anyone.as((await anyone.register()).accessToken)
  image = await api.picture(await jpeg(300, 200))
})

describe('the older paths', () => {
  it('/auth/register, /auth/login and /auth/verify', async () => {
    const username = `o${crypto.randomUUID().slice(0, 8)}`
    const body = { username, password: 'long enough' }
    expect((await anyone.post('/auth/register', body)).status).toBe(200)
    const login = await anyone.post<{ token: string }>('/auth/login', body)
    expect(login.status).toBe(200)
    const verified = await anyone.as(login.body.token).get('/auth/verify')
    expect(verified.body).toMatchObject({ valid: true, username })
  })

  it.each(['/images/upload', '/images'])('POST %s takes a picture', async (path) => {
    const { status, body } = await api.upload([{ name: 'a.jpg', bytes: await jpeg(50, 40) }], {}, path)
    expect(status).toBe(201)
    expect(body).toMatchObject({ imageId: body.id, jobId: expect.any(String), message: expect.any(String) })
    const { body: list } = await api.get<{ items: { id: string }[] }>('/images')
    expect(list.items.map(({ id }) => id)).toContain(body.id)
  })

  it('/images/transform, /images/transformedImage, /api/JobStatus and /jobs', async () => {
    const asked = await api.post<{ jobId: string }>(`/images/transform/${image.id}`, {
      width: 70,
      saveImage: false,
    })
    expect(asked.status).toBe(202)
    const { jobId } = asked.body
    await api.ended(jobId)
    expect((await api.get(`/api/JobStatus/${jobId}`)).body).toMatchObject({
      status: 'completed',
      imageId: image.id,
    })
    const result = await api.get(`/images/transformedImage/${jobId}`)
    expect(result.status).toBe(200)
    expect(await look(result.bytes)).toMatchObject({ width: 70 })
    const jobs = await api.get<{ id: string }[]>('/jobs')
    expect(Array.isArray(jobs.body)).toBe(true)
    expect(jobs.body.map(({ id }) => id)).toContain(jobId)
    expect((await api.get(`/jobs/${jobId}`)).body).toMatchObject({ id: jobId })
  })

  it('/thumbnails by image and by job', async () => {
    for (const id of [image.id, image.jobId]) {
      const { status, bytes } = await api.get(`/thumbnails/${id}`)
      expect(status).toBe(200)
      expect(await look(bytes)).toMatchObject({ width: 150, height: 150 })
    }
  })

  it('are as closed as the new ones', async () => {
    const stranger = anyone.as((await anyone.register()).accessToken)
    const paths = [
      `/images/transformedImage/${image.jobId}`,
      `/api/JobStatus/${image.jobId}`,
      `/jobs/${image.jobId}`,
      `/thumbnails/${image.id}`,
    ]
    for (const path of paths) {
      expect((await stranger.get(path)).status, path).toBe(404)
      expect([401, 403, 404], path).toContain((await anyone.get(path)).status)
    }
    expect((await anyone.get('/jobs')).status).toBe(401)
  })
})
