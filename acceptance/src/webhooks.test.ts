import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type Api, createApi, type ImageBody, refusal } from './api.ts'
import { jpeg, look } from './pictures.ts'
import { type Service, startService } from './service.ts'

const kills = { tags: 'slow/kills' }

interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** What the service reaches: a receiver of webhooks that answers as told, and pictures to import. */
const got: Received[] = []
let answer = 204
let receiver: Server
let address: string
let service: Service
let token: string
const api = (): Api => createApi(service.baseUrl, token)

beforeAll(async () => {
  const photo = await jpeg(320, 240)
  receiver = createServer((request, response) => {
    if (request.url === '/photo.jpg') return response.end(photo)
    if (request.url === '/inside') {
      return response.writeHead(302, { location: 'http://127.0.0.2:8081/secret' }).end()
    }
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      got.push({ path: request.url ?? '', headers: request.headers, body })
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  service = await startService({ own: true, env: { OUTBOUND_ALLOW: '127.0.0.1/32', RESULT_TTL_MS: '2000' } })
  token = (await createApi(service.baseUrl).register()).accessToken
})
afterAll(async () => {
  await service.stop()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

const arrived = (path: string, type: string, count = 1): Promise<Received[]> =>
  vi.waitFor(
    () => {
      const found = got.filter((one) => one.path === path && JSON.parse(one.body).type === type)
      expect(found.length).toBeGreaterThanOrEqual(count)
      return found
    },
    { timeout: 40_000, interval: 50 },
  )
const verify = (secret: string, { body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>)

type Endpoint = { id: string; secret: string; enabled: boolean }
const create = async (path: string, types: string[] | null = null): Promise<Endpoint> => {
  const { status, body } = await api().post<Endpoint>('/api/webhooks', { url: `${address}${path}`, types })
  expect(status).toBe(201)
  expect(body.secret).toMatch(/^whsec_/)
  return body
}
type Delivery = { id: string; eventId: string; status: string; attempts: number; responseStatus: number }
const log = async (id: string): Promise<Delivery[]> =>
  (await api().get<{ items: Delivery[] }>(`/api/webhooks/${id}/deliveries`)).body.items

describe('a webhook', () => {
  it('is sent what it asked for, verified by the public library, logged, replayed and tested', async () => {
    const { id, secret } = await create('/complete', ['image.complete'])
    const image = await api().picture(await jpeg(200, 100))
    const [received] = await arrived('/complete', 'image.complete')
    expect(verify(secret, received as Received)).toMatchObject({
      type: 'image.complete',
      data: { id: image.id, status: 'complete', sizes: { thumbnail: { width: 150 } } },
    })
    const shown = (await api().get(`/api/webhooks/${id}`)).body
    expect(shown).not.toHaveProperty('secret')
    const [delivery] = await vi.waitFor(async () => {
      const all = await log(id)
      expect(all).toMatchObject([{ status: 'delivered', attempts: 1, responseStatus: 204 }])
      return all
    })
    const path = `/api/webhooks/${id}/deliveries/${delivery?.id}/replay`
    expect((await api().post(path)).status).toBe(202)
    const twice = await arrived('/complete', 'image.complete', 2)
    expect(new Set(twice.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery?.eventId]))
    expect((await api().post(`/api/webhooks/${id}/test`)).status).toBe(202)
    const [test] = await arrived('/complete', 'webhook.test')
    const { body: rotated } = await api().patch<Endpoint>(`/api/webhooks/${id}`, { rotateSecret: true })
    expect(rotated.secret).not.toBe(secret)
    expect(verify(secret, test as Received)).toBeTruthy()
    await api().post(`/api/webhooks/${id}/test`)
    const [, second] = await arrived('/complete', 'webhook.test', 2)
    for (const one of [secret, rotated.secret]) expect(verify(one, second as Received)).toBeTruthy()
    const stranger = createApi(service.baseUrl, (await createApi(service.baseUrl).register()).accessToken)
    expect(refusal(await stranger.get(`/api/webhooks/${id}`))).toBe('404 not_found')
    expect(refusal(await stranger.post(path))).toBe('404 not_found')
    expect((await api().delete(`/api/webhooks/${id}`)).status).toBe(204)
  })

  it('of one upload is told of its end, signed with the account’s secret', async () => {
    const { body } = await api().post<{ secret: string }>('/api/webhooks/account-secret')
    const { body: image } = await api().upload([{ name: 'a.jpg', bytes: await jpeg(120, 90) }], {
      webhookUrl: `${address}/once`,
    })
    const [received] = await arrived('/once', 'image.complete')
    expect(verify(body.secret, received as Received)).toMatchObject({ data: { id: image.id } })
  })

  it('that failed is tried again by the process after a kill -9, under the same id', kills, async () => {
    answer = 503
    const { id, secret } = await create('/patient', ['image.complete'])
    const image = await api().picture(await jpeg(90, 120))
    await vi.waitFor(
      async () =>
        expect(await log(id)).toMatchObject([{ status: 'pending', attempts: 1, responseStatus: 503 }]),
      {
        timeout: 20_000,
      },
    )
    await service.kill9()
    answer = 204
    await service.restart()
    // The first pause is five seconds.
    const [first, second] = await arrived('/patient', 'image.complete', 2)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(verify(secret, second as Received)).toMatchObject({ data: { id: image.id } })
    await vi.waitFor(async () => expect(await log(id)).toMatchObject([{ status: 'delivered', attempts: 2 }]))
  })

  it('never leads inside where nothing is allowed, and says so when it is made', async () => {
    const shared = createApi(inject('baseUrl'))
    const user = shared.as((await shared.register()).accessToken)
    const made = await user.post('/api/webhooks', { url: `${address}/forbidden` })
    expect(refusal(made)).toBe('422 address_not_allowed')
    expect((made.body as { detail: string }).detail).toMatch(/127\.0\.0\.1.*OUTBOUND_ALLOW/)
  })
})

describe('an import', () => {
  const importing = async (url: string) => {
    const { status, body } = await api().post<{ id: string }>('/api/images/import', { url, tags: ['far'] })
    expect(status).toBe(202)
    return api().ended(body.id)
  }

  it('becomes an image', async () => {
    const job = await importing(`${address}/photo.jpg`)
    expect(job).toMatchObject({ status: 'complete', type: 'import' })
    expect(await api().complete(String(job.imageId))).toMatchObject({
      originalName: 'photo.jpg',
      width: 320,
      tags: ['far'],
      status: 'complete',
    })
  })

  it.each([
    ['by its address', 'http://169.254.169.254/latest/meta-data', '169.254.169.254'],
    ['by IPv6 with IPv4 in it', 'http://[::ffff:10.0.0.1]/', '::ffff:a00:1'],
  ])('is refused inside %s when it is asked for', async (_what, url, named) => {
    const answer = await api().post('/api/images/import', { url })
    expect(refusal(answer)).toBe('422 address_not_allowed')
    expect((answer.body as { detail: string }).detail).toContain(named)
  })

  it('is refused inside by a redirect, when it comes there', async () => {
    expect(await importing(`${address}/inside`)).toMatchObject({
      status: 'failed',
      errorCode: 'address_not_allowed',
    })
  })
})

describe('what is kept', () => {
  it('of a result that was not saved ends with its time: 410', async () => {
    const image = await api().picture(await jpeg(400, 300))
    const { body } = await api().post<{ jobId: string }>(`/api/images/${image.id}/transform`, {
      width: 33,
      saveImage: false,
    })
    const path = `/api/jobs/${body.jobId}/result`
    await api().ended(body.jobId)
    await vi.waitFor(async () => expect(refusal(await api().get(path))).toBe('410 result_expired'), {
      timeout: 20_000,
      interval: 200,
    })
    expect((await api().get(`/api/jobs/${body.jobId}`)).body).toMatchObject({
      status: 'complete',
      imageUrl: null,
    })
  })

  it(
    'of the history survives a kill -9: versions, where undo stands, and each version’s renditions',
    kills,
    async () => {
      const image = await api().picture(await jpeg(600, 400))
      for (const body of [{ width: 300 }, { rotate: 90 }]) {
        const { body: asked } = await api().post<{ jobId: string }>(`/api/images/${image.id}/transform`, {
          ...body,
          saveImage: true,
        })
        expect(await api().ended(asked.jobId)).toMatchObject({ status: 'complete' })
      }
      const undone = await Promise.all(
        [1, 2].map(() => api().post<ImageBody>(`/api/images/${image.id}/undo`)),
      )
      expect(undone.map(({ status }) => status)).toEqual([200, 200])
      expect((await api().post<ImageBody>(`/api/images/${image.id}/redo`)).body.version).toBe(2)
      await service.kill9()
      await service.restart()
      expect((await api().get<ImageBody>(`/api/images/${image.id}`)).body).toMatchObject({
        version: 2,
        width: 300,
      })
      expect((await api().post<ImageBody>(`/api/images/${image.id}/redo`)).body.version).toBe(3)
      const sizes = await Promise.all(
        [1, 2, 3].map(async (v) => {
          const { bytes } = await api().get(`/images/${image.id}?v=${v}&preset=small`)
          const { width, height } = await look(bytes)
          return `${width}×${height}`
        }),
      )
      expect(sizes).toEqual(['480×320', '300×200', '200×300'])
      const original = await api().get(`/images/${image.id}?preset=original`)
      expect(await look(original.bytes)).toMatchObject({ width: 600, height: 400 })
    },
  )
})
