import { beforeAll, expect, inject, it } from 'vitest'
import { jpeg, look } from '../pictures.ts'
import { caller } from './caller.ts'

const api = caller(inject('baseUrl'))
let token: string
let imageId: string
beforeAll(async () => {
  const credentials = { username: `five${crypto.randomUUID().slice(0, 8)}`, password: 'as it was written' }
  expect((await api.sendJson('POST', '/auth/register', credentials)).status).toBe(200)
  token = (await api.sendJson('POST', '/auth/login', credentials)).json.token
  const file = { name: 'a.jpg', type: 'image/jpeg', bytes: await jpeg(800, 600) }
  imageId = (await api.upload('/images/upload', 'image', file, token)).json.id
})

it('lists the images of the caller', async () => {
  const { status, json } = await api.get('/images', token)
  expect(status).toBe(200)
  expect(json.items.map((image: { id: string }) => image.id)).toEqual([imageId])
})

it.each([
  ['width=200', { width: 200, height: 150 }],
  ['height=150', { width: 200, height: 150 }],
  ['width=100&height=100', { width: 100, height: 100 }],
  ['rotate=90', { width: 600, height: 800 }],
  ['format=jpeg', { format: 'jpeg' }],
  ['format=png', { format: 'png' }],
  ['format=webp', { format: 'webp' }],
  ['compress=60', { width: 800, height: 600 }],
  ['grayscale=true', { width: 800 }],
  ['flip=true', { width: 800 }],
  ['mirror=true', { width: 800 }],
  ['blur=5', { width: 800 }],
  ['watermarkText=mine', { width: 800 }],
  [
    'width=200&height=100&rotate=90&format=webp&compress=30&grayscale=true&flip=true&mirror=true&blur=2&watermarkText=mine',
    { width: 200, height: 100, format: 'webp' },
  ],
])('GET /images/:id?%s', async (query, wanted) => {
  const { status, bytes } = await api.get(`/images/${imageId}?${query}`, token)
  expect(status).toBe(200)
  expect(await look(bytes)).toMatchObject(wanted)
})

it('compresses more the higher the level is', async () => {
  const sizes: number[] = []
  for (const level of [0, 20, 40, 60, 80, 100]) {
    sizes.push(
      (await api.get(`/images/${imageId}?width=400&format=jpeg&compress=${level}`, token)).bytes.length,
    )
  }
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
  expect(new Set(sizes).size).toBe(sizes.length)
})

it('answers from the cache what was made before', async () => {
  const ask = () => api.get(`/images/${imageId}?width=222&format=webp`, token)
  const first = await ask()
  expect(first.headers.get('cache-status')).toMatch(/miss/)
  const second = await ask()
  expect(second.headers.get('cache-status')).toMatch(/hit/)
  expect(second.bytes.equals(first.bytes)).toBe(true)
})

it('protects all of it', async () => {
  expect((await api.get('/images')).status).toBe(401)
  expect((await api.get(`/images/${imageId}?width=200`)).status).toBe(404)
})
