import { beforeAll, expect, inject, it } from 'vitest'
import { jpeg, look } from '../pictures.ts'
import { caller, poll, withoutAccount } from './caller.ts'

const credentials = { username: 'XYZ', password: 'strongPassword!' }
const api = caller(inject('baseUrl'))
let token: string
let imageId: string
beforeAll(() => withoutAccount(api, credentials))

it('1. registers a user', async () => {
  const { status, json } = await api.sendJson('POST', '/auth/register', credentials)
  expect(status).toBe(200)
  expect(json.message).toBe('User registered successfully')
})

it('2. signs in', async () => {
  const { status, json } = await api.sendJson('POST', '/auth/login', credentials)
  expect(status).toBe(200)
  expect(json).toMatchObject({ token: expect.any(String), message: 'Login successful' })
  token = json.token
})

it('3. takes a picture and gives a URL that opens the private one', async () => {
  const file = { name: 'photo.jpg', type: 'image/jpeg', bytes: await jpeg(800, 600) }
  const { status, json } = await api.upload('/images/upload', 'file', file, token)
  expect(status).toBe(201)
  expect(json).toMatchObject({ message: 'Image uploaded and saved', id: expect.any(String) })
  imageId = json.id
  const shown = await api.get(json.url)
  expect(shown.bytes.equals(file.bytes)).toBe(true)
  expect((await api.upload('/images/upload', 'file', file)).status).toBe(401)
})

const wishes = {
  width: 300,
  height: 200,
  rotation: 90,
  watermarkText: 'XYZ creations',
  watermarkOpacity: 0.9,
}
const submit = async (body: object): Promise<string> => {
  const { status, json } = await api.sendJson('POST', `/images/transform/${imageId}`, body, token)
  expect(status).toBe(202)
  expect(json).toMatchObject({ message: 'Job submitted successfully', jobId: expect.any(String) })
  return json.jobId
}
const completed = async (jobId: string) => {
  const seen = new Set<string>()
  const reply = await poll(
    () => api.get(`/api/JobStatus/${jobId}`, token),
    ({ status, json }) => {
      expect(status).toBe(200)
      seen.add(json.status)
      return json.status !== 'pending'
    },
  )
  // Nothing else on the way: who waits for "completed" may stop at any other word.
  expect([...seen].filter((word) => word !== 'pending')).toEqual(['completed'])
  return reply.json
}

it('4. transforms into the cache, 5. and gives the picture from there', async () => {
  const jobId = await submit({ ...wishes, saveImage: false })
  expect(await completed(jobId)).toMatchObject({ imageId, imageUrl: null })
  const picture = await api.get(`/images/transformedImage/${jobId}`, token)
  expect(picture.status).toBe(200)
  expect(await look(picture.bytes)).toMatchObject({ width: 300, height: 200 })
})

it('4. transforms and saves, and the status names a URL', async () => {
  const { imageUrl, imageId: of } = await completed(await submit({ ...wishes, saveImage: true }))
  expect(of).toBe(imageId)
  expect(await look((await api.get(imageUrl)).bytes)).toMatchObject({ width: 300, height: 200 })
})

it.each([
  ['each wish alone', Object.entries(wishes).map(([name, value]) => ({ [name]: value }))],
  ['what a form left empty', [{ ...wishes, watermarkText: '', rotation: null }]],
])('4. takes %s', async (_what, bodies) => {
  for (const body of bodies) await completed(await submit({ ...body, saveImage: false }))
})

it('4. needs saveImage', async () => {
  const { status } = await api.sendJson('POST', `/images/transform/${imageId}`, { width: 300 }, token)
  expect(status).toBe(400)
})
