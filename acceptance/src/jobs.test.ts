import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody, refusal, uuidPattern } from './api.ts'
import { jpeg, look } from './pictures.ts'

let api: Api
let stranger: Api
let image: ImageBody
beforeAll(async () => {
  const entrance = createApi(inject('baseUrl'))
  api = entrance.as((await entrance.register()).accessToken)
  stranger = entrance.as((await entrance.register()).accessToken)
  image = await api.picture(await jpeg(600, 400))
})

const jobShape = {
  id: expect.stringMatching(uuidPattern),
  status: expect.stringMatching(/^(pending|processing|complete|failed|cancelled)$/),
  progress: expect.any(Number),
  priority: expect.stringMatching(/^(interactive|bulk)$/),
  attempts: expect.any(Number),
  maxAttempts: expect.any(Number),
  createdAt: expect.any(String),
  batchId: null,
}

describe('the job of an upload', () => {
  it('can be read by its owner', async () => {
    const { status, body } = await api.get(`/api/jobs/${image.jobId}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...jobShape,
      jobId: image.jobId,
      type: 'renditions',
      imageId: image.id,
      status: 'complete',
      progress: 1,
      errorCode: null,
    })
    expect(refusal(await stranger.get(`/api/jobs/${image.jobId}`))).toBe('404 not_found')
    expect(refusal(await stranger.patch(`/api/jobs/${image.jobId}`, { status: 'cancelled' }))).toBe(
      '404 not_found',
    )
  })

  it('stands in the list, with filters', async () => {
    type Page = { items: { id: string }[]; nextCursor: string | null }
    const ids = async (query: string) =>
      (await api.get<Page>(`/api/jobs${query}`)).body.items.map((job) => job.id)
    expect(await ids('')).toContain(image.jobId)
    expect(await ids(`?imageId=${image.id}&status=complete&type=renditions`)).toContain(image.jobId)
    expect(await ids('?status=failed')).not.toContain(image.jobId)
    expect((await stranger.get<Page>('/api/jobs')).body).toEqual({ items: [], nextCursor: null })
    expect(refusal(await api.get('/api/jobs?status=odd'))).toBe('400 invalid_request')
  })

  it('cannot be cancelled once it is over', async () => {
    expect(refusal(await api.patch(`/api/jobs/${image.jobId}`, { status: 'cancelled' }))).toBe('409 conflict')
    expect(refusal(await api.patch(`/api/jobs/${image.jobId}`, { status: 'processing' }))).toMatch(
      /^(400 invalid_request|409 conflict)$/,
    )
  })
})

describe('a transform', () => {
  it('without saving keeps the result for /result and its own URL only', async () => {
    const { status, body } = await api.post<{ jobId: string }>(`/api/images/${image.id}/transform`, {
      width: 90,
      format: 'png',
      saveImage: false,
    })
    expect(status).toBe(202)
    expect(body).toMatchObject({ status: 'pending', message: expect.any(String) })
    const job = await api.ended(body.jobId)
    expect(job).toMatchObject({ status: 'complete', type: 'transform', imageUrl: null })
    const result = await followed(`/api/jobs/${body.jobId}/result`)
    expect(await look(result)).toMatchObject({ format: 'png', width: 90, height: 60 })
    expect((await api.get<ImageBody>(`/api/images/${image.id}`)).body.version).toBe(1)
    expect(refusal(await stranger.get(`/api/jobs/${body.jobId}/result`))).toBe('404 not_found')
    // As an img asks for it, from any page
    const url = String((job as { result?: { url?: string } }).result?.url)
    const shown = await fetch(url, { headers: { accept: 'image/*', origin: 'https://elsewhere.example' } })
    expect([shown.status, shown.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
    expect(Buffer.from(await shown.arrayBuffer()).equals(result)).toBe(true)
    expect((await fetch(`${url}x`)).status).toBe(403)
    expect((await api.delete(`/api/images/${image.id}/renditions`)).status).toBe(200)
    expect((await fetch(url)).status).toBe(410)
  })

  it('keeps the order of its steps', async () => {
    const crop = { op: 'crop', x: 0, y: 0, width: 200, height: 100 }
    const turn = { op: 'rotate', angle: 90 }
    const sizeOf = async (steps: object[]) => {
      const { body } = await api.post<{ jobId: string }>(`/api/images/${image.id}/transform`, {
        steps,
        format: 'png',
        saveImage: false,
      })
      await api.ended(body.jobId)
      const { width, height } = await look(await followed(`/api/jobs/${body.jobId}/result`))
      return `${width}×${height}`
    }
    expect(await sizeOf([crop, turn])).toBe('100×200')
    expect(await sizeOf([turn, crop])).toBe('200×100')
  })

  it.each([
    [{ width: 100 }, 'saveImage'],
    [{ width: 0, saveImage: true }, 'width'],
    [{ steps: [{ op: 'explode' }], saveImage: true }, 'steps.0'],
    [{ steps: [{ op: 'blur', sigma: 1e9 }], saveImage: true }, 'steps.0.sigma'],
    [{ wdith: 100, saveImage: true }, 'wdith'],
  ])('%j is refused with the path of the fault', async (body, path) => {
    const answer = await api.post<{ errors: { path: string }[] }>(`/api/images/${image.id}/transform`, body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map((fault) => fault.path).join(' ')).toContain(path)
  })

  async function followed(path: string): Promise<Buffer> {
    const answer = await api.get(path)
    if (answer.status !== 303) return answer.bytes
    return (await api.get(answer.headers.get('location') ?? '')).bytes
  }
})

describe('jobs asked for', () => {
  it('run once for one idempotency key', async () => {
    const idempotencyKey = crypto.randomUUID()
    const ask = () =>
      api.post<{ id: string }>('/api/jobs', { imageId: image.id, type: 'renditions', idempotencyKey })
    const answers = await Promise.all([ask(), ask(), ask()])
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(await api.ended(answers[0]?.body.id ?? '')).toMatchObject({ status: 'complete' })
  })

  it('come as a batch over many images', async () => {
    const second = await api.picture(await jpeg(80, 60))
    const { status, body } = await api.post<{ batchId: string; jobs: { id: string }[] }>('/api/jobs', {
      imageIds: [image.id, second.id],
      type: 'transform',
      parameters: { width: 50 },
      saveImage: false,
      priority: 'bulk',
    })
    expect(status).toBe(202)
    expect(body.jobs).toHaveLength(2)
    for (const { id } of body.jobs) expect(await api.ended(id)).toMatchObject({ status: 'complete' })
    const listed = await api.get<{ items: unknown[] }>(`/api/jobs?batchId=${body.batchId}`)
    expect(listed.body.items).toHaveLength(2)
  })

  it("may not name another's image", async () => {
    const body = { imageId: image.id, type: 'renditions' }
    expect(refusal(await stranger.post('/api/jobs', body))).toBe('404 not_found')
  })

  it.each([{}, { type: 'odd', imageId: 'x' }, { type: 'transform' }])(
    'are refused when they make no sense: %j',
    async (body) => {
      expect(refusal(await api.post('/api/jobs', body))).toBe('400 invalid_request')
    },
  )

  it('go when deleted', async () => {
    const { body } = await api.post<{ id: string }>('/api/jobs', { imageId: image.id, type: 'renditions' })
    await api.ended(body.id)
    expect((await api.delete(`/api/jobs/${body.id}`)).status).toBe(204)
    expect(refusal(await api.get(`/api/jobs/${body.id}`))).toBe('404 not_found')
  })
})
