import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody, type refusal } from './api.ts'
import { jpeg } from './pictures.ts'

const api = createApi(inject('baseUrl'))
const fresh = () => `n${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`
const form = { visibility: '', tags: '', 'tags[]': '', webhookUrl: '' }

/** Forms and generated clients send every field they know, empty or null where nothing was chosen. */
describe('what is empty or null counts as absent', () => {
  let ann: Api
  let file: { name: string; bytes: Buffer }[]
  let image: ImageBody
  beforeAll(async () => {
    ann = await api.signedIn()
    file = [{ name: 'a.jpg', bytes: await jpeg(90, 60) }]
    image = (await ann.upload(file, { tags: 'red' })).body
    await ann.complete(image.id)
  })

  it.each([
    '/api/images?limit=&cursor=&status=&tag=&visibility=&q=&sort=',
    '/images?limit=&cursor=&status=',
    '/api/jobs?limit=&cursor=&status=&type=&imageId=&batchId=',
  ])('in the query of a list: %s', async (path) => {
    const { status, body } = await ann.get<{ items: unknown[] }>(path)
    expect([status, body.items.length > 0]).toEqual([200, true])
  })

  it('in the query of the list of old, which then is the whole', async () => {
    const { status, body } = await ann.get<unknown[]>('/jobs?limit=&cursor=&status=')
    expect([status, Array.isArray(body)]).toEqual([200, true])
  })

  it('in the query of a picture and of its markup', async () => {
    expect((await ann.get(`/images/${image.id}?width=40&height=&format=&watermarkText=&_=`)).status).toBe(200)
    expect((await ann.get(`/api/images/${image.id}/markup?sizes=&widths=&loading=`)).status).toBe(200)
  })

  it.each(['/api/images', '/images/upload', '/images'])('in the fields of a form: %s', async (path) => {
    const { status, body } = await ann.upload(file, form, path)
    expect([status, body.visibility, body.tags]).toEqual([201, 'private', []])
  })

  it.each([
    ['/api/auth/register', 201],
    ['/auth/register', 200],
  ])('in the names of an account: %s', async (path, created) => {
    const [username, email] = [fresh(), `${fresh()}@example.org`]
    const password = 'long enough'
    expect((await api.post(path, { username, email: null, password })).status).toBe(created)
    expect((await api.post(path, { username: null, email, password })).status).toBe(created)
    const logIn = path.replace('register', 'login')
    expect((await api.post(logIn, { username, email: null, password })).status).toBe(200)
  })

  it.each(['/api/images/ID/transform', '/images/transform/ID'])('in a transformation: %s', async (path) => {
    const nothing = { priority: null, webhookUrl: null, idempotencyKey: null, async: null }
    const to = path.replace('ID', image.id)
    const bag = await ann.post(to, { saveImage: false, width: 20, height: null, steps: null, ...nothing })
    expect([bag.status, bag.body]).toEqual([202, expect.objectContaining({ jobId: expect.any(String) })])
    const steps = [{ op: 'resize', width: 20, height: null, fit: null }]
    expect((await ann.post(to, { saveImage: false, steps, ...nothing })).status).toBe(202)
  })

  it('in a job and in a batch', async () => {
    const nothing = { presets: null, steps: null, saveImage: null, priority: null, webhookUrl: null }
    const one = { imageId: image.id, imageIds: null, type: 'transform', parameters: { width: 9, blur: null } }
    expect((await ann.post('/api/jobs', { ...nothing, ...one })).status).toBe(202)
    const many = { imageId: null, imageIds: [image.id], type: 'renditions', parameters: null }
    expect((await ann.post('/api/jobs', { ...nothing, ...many })).status).toBe(202)
  })

  it('and null that says something is heard', async () => {
    const change = (body: object) => ann.patch<ImageBody>(`/api/images/${image.id}`, body)
    await change({ altText: 'four quarters', focalPoint: { x: 0.5, y: 0.5 } })
    const { status, body } = await change({ altText: null, focalPoint: null, tags: null, originalName: null })
    expect(status).toBe(200)
    expect(body).toMatchObject({ altText: null, focalPoint: null, tags: ['red'], originalName: 'a.jpg' })
    const key = await ann.post('/api/auth/keys', { name: null, scopes: null, expiresAt: null })
    expect([key.status, key.body]).toEqual([
      201,
      expect.objectContaining({ name: 'API key', expiresAt: null }),
    ])
  })

  it.each<[string, () => Promise<Parameters<typeof refusal>[0]>, string]>([
    [
      'null in a list',
      () => ann.post('/api/jobs', { imageIds: [image.id, null], type: 'renditions' }),
      'imageIds.1',
    ],
    [
      'null for what is needed',
      () => ann.post('/api/auth/login', { username: 'x', password: null }),
      'password',
    ],
    ['an unknown name', () => ann.patch(`/api/images/${image.id}`, { altTxt: null }), 'altTxt'],
    ['a wrong value', () => ann.get('/api/images?limit=many&cursor='), 'limit'],
    ['a wrong value of a picture', () => ann.get(`/images/${image.id}?width=x&height=`), 'width'],
  ])('but %s stays a fault', async (_what, ask, path) => {
    const answer = await ask()
    expect(answer.status).toBe(400)
    expect(answer.body.errors).toContainEqual({ path, message: expect.any(String) })
  })
})
