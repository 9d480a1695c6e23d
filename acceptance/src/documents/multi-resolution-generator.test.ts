import { createHash } from 'node:crypto'
import { beforeAll, expect, inject, it } from 'vitest'
import { jpeg, look } from '../pictures.ts'
import { caller, poll, withoutAccount } from './caller.ts'

const credentials = { email: 'test@example.com', password: 'pass123' }
const api = caller(inject('baseUrl'))
let photo: Buffer
let token: string
beforeAll(async () => {
  photo = await jpeg(2400, 2400)
  await withoutAccount(api, credentials)
})

it('registers, and signs in, with tokens that say what the document says', async () => {
  const registered = await api.sendJson('POST', '/api/auth/register', credentials)
  expect(registered.status).toBe(201)
  expect(registered.json).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) })
  expect(registered.headers.get('set-cookie')).toBeNull()

  const signedIn = await api.sendJson('POST', '/api/auth/login', credentials)
  expect(signedIn.status).toBe(200)
  const { accessToken, refreshToken } = signedIn.json
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString())
  expect(claims).toMatchObject({ userId: registered.json.user.id, email: credentials.email })
  expect(claims.exp - claims.iat).toBe(15 * 60)

  const renewed = await api.sendJson('POST', '/api/auth/refresh', { refreshToken })
  expect(renewed.status).toBe(200)
  token = renewed.json.accessToken
  expect((await api.get('/api/auth/verify', token)).json).toMatchObject({
    valid: true,
    email: credentials.email,
  })
  expect((await api.get('/api/auth/verify', `${token}x`)).status).toBe(401)
})

it('takes a picture, tells its status, and shows five sizes', async () => {
  const file = { name: 'image.jpg', type: 'image/jpeg', bytes: photo }
  const uploaded = await api.upload('/api/images/upload', 'image', file, token)
  expect(uploaded.status).toBe(201)
  expect(uploaded.json).toMatchObject({
    jobId: expect.any(String),
    status: 'pending',
    originalName: 'image.jpg',
  })
  const { id } = uploaded.json

  const status = await poll(
    () => api.get(`/api/images/${id}/status`, token),
    ({ json }) => json.status === 'complete',
  )
  expect(status.json).toMatchObject({ id, status: 'complete', errorMessage: null })

  const details = (await api.get(`/api/images/${id}`, token)).json
  expect(details).toMatchObject({
    status: 'complete',
    uploadedAt: expect.any(String),
    processedAt: expect.any(String),
    sizes: {
      thumbnail: { width: 150, height: 150 },
      small: { width: 480, height: 480 },
      medium: { width: 1024, height: 1024 },
      large: { width: 1920, height: 1920 },
      original: { width: 2400, height: 2400, size: photo.length },
    },
  })
  for (const size of Object.values<{ url: string; width: number; height: number; size: number }>(
    details.sizes,
  )) {
    const shown = await api.get(size.url)
    expect(shown.bytes.length).toBe(size.size)
    expect(await look(shown.bytes)).toMatchObject({ width: size.width, height: size.height })
  }
  const original = await api.get(details.sizes.original.url)
  expect(createHash('sha256').update(original.bytes).digest('hex')).toBe(details.sha256)

  const listed = (await api.get('/api/images', token)).json
  expect(listed.items.map((image: { id: string }) => image.id)).toContain(id)
})

it('says that it is healthy', async () => {
  for (const path of ['/health', '/api/health']) expect((await api.get(path)).status).toBe(200)
})
