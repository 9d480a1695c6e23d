import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { look, scene } from '../pictures.ts'
import { type Service, startService } from '../service.ts'
import { type Caller, caller, poll } from './caller.ts'

let service: Service
let api: Caller
let token: string
let receiver: Server
const told: { type: string; data: { id?: string; imageId?: string } }[] = []
beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    told.push(JSON.parse(Buffer.concat(parts).toString()))
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  service = await startService({ own: true, env: { OUTBOUND_ALLOW: '127.0.0.1/32' } })
  api = caller(service.baseUrl)
  const credentials = { username: 'thumbnails', password: 'one of many' }
  token = (await api.sendJson('POST', '/api/auth/register', credentials)).json.token
})
afterAll(async () => {
  await service.stop()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

it('GET /jobs: 404 while there are none', async () => {
  expect((await api.get('/jobs', token)).status).toBe(404)
})

it.each(['jpeg', 'png', 'webp', 'gif', 'tiff'] as const)(
  'POST /images takes image/%s, and its thumbnail and job are found by the ids of the answer',
  async (format) => {
    const bytes = await scene(400, 300).toFormat(format).toBuffer()
    const made = await api.upload(
      '/images',
      'image',
      { name: `a.${format}`, type: `image/${format}`, bytes },
      token,
    )
    expect(made.status).toBe(201)
    const { id, jobId } = made.json
    for (const either of [id, jobId]) {
      const job = await poll(
        () => api.get(`/jobs/${either}`, token),
        ({ json }) => json.status === 'complete',
      )
      expect(job.json).toMatchObject({ id: jobId, imageId: id })
      const thumbnail = await api.get(`/thumbnails/${either}`, token)
      expect(thumbnail.status).toBe(200)
      expect(await look(thumbnail.bytes)).toMatchObject({ width: 150, height: 150 })
    }
  },
)

it('POST /images: 400 without a file, 415 for another kind', async () => {
  const form = new FormData()
  form.append('note', 'no file here')
  const bare = await fetch(new URL('/images', service.baseUrl), {
    method: 'POST',
    body: form,
    headers: { Authorization: `Bearer ${token}` },
  })
  expect(bare.status).toBe(400)
  const text = { name: 'a.jpg', type: 'image/jpeg', bytes: Buffer.from('words, not pixels '.repeat(20)) }
  expect((await api.upload('/images', 'image', text, token)).status).toBe(415)
})

it('GET /jobs: all of them, newest first, by pages with Link where a limit is asked', async () => {
  const all = await api.get('/jobs', token)
  expect(all.status).toBe(200)
  expect(all.json).toHaveLength(5)
  expect(all.headers.get('link')).toBeNull()

  const walked: string[] = []
  let next: string | undefined = '/jobs?limit=2'
  while (next !== undefined) {
    const page = await api.get(next, token)
    walked.push(...page.json.map((job: { id: string }) => job.id))
    next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]
  }
  expect(walked).toEqual(all.json.map((job: { id: string }) => job.id))
})

it.each(['nonsense', '0198c0de-0000-7000-8000-000000000000'])('404 for the id %s', async (id) => {
  expect((await api.get(`/jobs/${id}`, token)).status).toBe(404)
  expect((await api.get(`/thumbnails/${id}`, token)).status).toBe(404)
})

it('tells a webhook when the thumbnail is there', async () => {
  const form = new FormData()
  form.append('webhookUrl', `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/done`)
  form.append('image', new Blob([new Uint8Array(await scene(300, 200).png().toBuffer())]), 'b.png')
  const made = await fetch(new URL('/images', service.baseUrl), {
    method: 'POST',
    body: form,
    headers: { Authorization: `Bearer ${token}` },
  })
  expect(made.status).toBe(201)
  const { jobId } = (await made.json()) as { jobId: string }
  await vi.waitFor(() => expect(told.map(({ type }) => type)).toContain('job.complete'), { timeout: 30_000 })
  expect(told.find(({ type }) => type === 'job.complete')?.data).toMatchObject({ id: jobId })
})
