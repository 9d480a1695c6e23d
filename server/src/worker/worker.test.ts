import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Failure, type Image, type Job } from '@rendition/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../test/workshop.ts'
import { jpeg, multipart } from '../images/testing/pictures.ts'

let shop: Workshop
let site: Server
let address: string
/** What rendering does before it renders. */
let before: (signal: AbortSignal | undefined) => Promise<void>
let renders = 0

beforeAll(async () => {
  const picture = await jpeg(90, 60)
  site = createServer((request, response) => {
    if (request.url === '/a%20b.jpg') response.end(picture)
    else if (request.url === '/moved') response.writeHead(302, { location: '/a%20b.jpg' }).end()
    else if (request.url === '/inside') response.writeHead(302, { location: 'http://127.0.0.2:8081/' }).end()
    else if (request.url === '/text') response.end('not a picture')
    else if (request.url === '/endless') {
      const timer = setInterval(() => response.write(picture), 1)
      response.once('close', () => clearInterval(timer))
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  shop = await openWorkshop({
    outboundAllow: ['127.0.0.1/32'],
    images: { maxFileBytes: 1_000_000 },
    jobs: { leaseMs: 1_500 },
    rendering: (real) => ({
      ...real,
      async render(request, options) {
        renders += 1
        await before(options.signal)
        return real.render(request, options)
      },
    }),
  })
})
afterAll(async () => {
  await shop.close()
  site.closeAllConnections()
  await new Promise((resolve) => site.close(resolve))
})
beforeEach(() => {
  before = async () => {}
  renders = 0
})

type User = ReturnType<Workshop['user']>
const call = (user: User, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) =>
  shop.app.inject({ method, url, headers: user.headers, ...(body === undefined ? {} : { payload: body }) })
async function upload(user: User, width = 300, height = 200): Promise<Image> {
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(width, height), filename: 'a.jpg' }])
  const all = { ...headers, ...user.headers }
  return (await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })).json()
}
const imageIs = (user: User, id: string, status: Image['status']): Promise<Image> =>
  vi.waitFor(
    async () => {
      const image = (await call(user, 'GET', `/api/images/${id}`)).json<Image>()
      expect(image.status).toBe(status)
      return image
    },
    { timeout: 30_000, interval: 30 },
  )
const jobIs = (user: User, id: string, status: Job['status']): Promise<Job> =>
  vi.waitFor(
    async () => {
      const job = (await call(user, 'GET', `/api/jobs/${id}`)).json<Job>()
      expect(job.status).toBe(status)
      return job
    },
    { timeout: 30_000, interval: 30 },
  )
/** Holds a render up until it is let go or aborted. */
function held(): { started: Promise<void>; aborted: Promise<void>; letGo(): void } {
  let letGo = (): void => {}
  let onStart = (): void => {}
  let onAbort = (): void => {}
  const started = new Promise<void>((resolve) => {
    onStart = resolve
  })
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve
  })
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  before = (signal) => {
    onStart()
    return new Promise((resolve, reject) => {
      void gate.then(resolve)
      signal?.addEventListener('abort', () => {
        onAbort()
        reject(signal.reason)
      })
    })
  }
  return { started, aborted, letGo }
}

describe('a job that runs', () => {
  it('stops when it is cancelled, and the image says so', async () => {
    const user = shop.user()
    const render = held()
    const { id, jobId } = await upload(user)
    await render.started
    expect((await jobIs(user, jobId ?? '', 'processing')).startedAt).not.toBeNull()
    expect((await imageIs(user, id, 'processing')).status).toBe('processing')
    expect((await call(user, 'PATCH', `/api/jobs/${jobId}`, { status: 'cancelled' })).statusCode).toBe(200)
    await render.aborted
    expect((await imageIs(user, id, 'failed')).errorMessage).toBe('The job was cancelled.')
    expect((await call(user, 'GET', `/api/jobs/${jobId}/result`)).statusCode).toBe(409)
  })

  it('is asked about while it runs: 202 with the job and when to come again', async () => {
    const user = shop.user()
    const render = held()
    const { jobId } = await upload(user)
    await render.started
    const answer = await call(user, 'GET', `/api/jobs/${jobId}/result?wait=0.2`)
    expect(answer.statusCode).toBe(202)
    expect(answer.headers['retry-after']).toBe('1')
    expect(answer.json()).toMatchObject({ id: jobId, status: 'processing' })
    const waiting = call(user, 'GET', `/api/jobs/${jobId}/result?wait=20`)
    render.letGo()
    expect((await waiting).statusCode).toBe(200)
  })

  it('keeps its lease and moves its progress', async () => {
    const user = shop.user()
    const render = held()
    const { jobId } = await upload(user)
    await render.started
    await vi.waitFor(
      async () => expect((await jobIs(user, jobId ?? '', 'processing')).progress).toBeGreaterThan(0),
      {
        timeout: 10_000,
      },
    )
    const lease = async () =>
      (
        await shop.database.db.query<{ at: Date }>('select lease_until as at from jobs where id = $1', [
          jobId,
        ])
      )[0]?.at
    const first = await lease()
    await vi.waitFor(async () => expect((await lease())?.getTime()).toBeGreaterThan(first?.getTime() ?? 0), {
      timeout: 10_000,
    })
    render.letGo()
    expect((await jobIs(user, jobId ?? '', 'complete')).attempts).toBe(1)
  })

  it('ends with its image, and leaves no blob behind', async () => {
    const user = shop.user()
    const render = held()
    const { id, jobId } = await upload(user)
    await render.started
    expect((await call(user, 'DELETE', `/api/images/${id}`)).statusCode).toBe(204)
    await render.aborted
    await jobIs(user, jobId ?? '', 'cancelled')
    expect((await call(user, 'GET', `/api/images/${id}`)).statusCode).toBe(404)
    const keys = []
    for await (const { key } of shop.storage.list(`images/${id}/`)) keys.push(key)
    expect(keys).toEqual([])
  })
})

describe('faults', () => {
  it('of a moment are tried again, with nothing shown to the user but the attempts', async () => {
    const user = shop.user()
    before = async () => {
      if (renders < 3) throw new Failure('render_crashed')
    }
    const { id, jobId } = await upload(user)
    // All together, then the first alone: the others are there at the second attempt.
    expect(Object.keys((await imageIs(user, id, 'complete')).sizes)).toContain('thumbnail')
    expect(await jobIs(user, jobId ?? '', 'complete')).toMatchObject({ attempts: 2, errorCode: null })
  })

  it('that come again each time fail the job with their code', async () => {
    const user = shop.user()
    before = async () => {
      throw new Failure('render_crashed')
    }
    const { id, jobId } = await upload(user)
    expect(await jobIs(user, jobId ?? '', 'failed')).toMatchObject({
      attempts: 3,
      errorCode: 'render_crashed',
    })
    expect((await imageIs(user, id, 'failed')).errorMessage).toBeTruthy()
    before = async () => {}
    expect((await call(user, 'PATCH', `/api/jobs/${jobId}`, { status: 'pending' })).statusCode).toBe(200)
    await imageIs(user, id, 'complete')
  })

  it('that are final fail at once', async () => {
    const user = shop.user()
    before = async () => {
      throw new Failure('undecodable')
    }
    const { jobId } = await upload(user)
    expect(await jobIs(user, jobId ?? '', 'failed')).toMatchObject({ attempts: 1, errorCode: 'undecodable' })
  })

  it('that nobody foresaw do not show their text', async () => {
    const user = shop.user()
    before = async () => {
      throw new TypeError('secret path /srv/x')
    }
    const { jobId } = await upload(user)
    const job = await jobIs(user, jobId ?? '', 'failed')
    expect(job).toMatchObject({ attempts: job.maxAttempts, errorCode: 'internal' })
    expect(job.errorMessage).not.toContain('secret')
  })
})

describe('imports', () => {
  const importing = async (user: User, url: string): Promise<string> => {
    const answer = await call(user, 'POST', '/api/images/import', { url, tags: ['far'] })
    expect(answer.statusCode).toBe(202)
    return answer.json<Job>().id
  }

  it('fetch a picture, through a redirect', async () => {
    const user = shop.user()
    const job = await jobIs(user, await importing(user, `${address}/moved`), 'complete')
    const image = await imageIs(user, job.imageId ?? '', 'complete')
    expect(image).toMatchObject({ originalName: 'a b.jpg', width: 90, tags: ['far'] })
    const answer = await call(user, 'GET', `/api/jobs/${job.id}/result`)
    expect(answer.headers['content-type']).toBe('image/jpeg')
  })

  it('refuse what is no picture, what is missing, what never ends and what is not public', async () => {
    const user = shop.user()
    const cases = [
      [`${address}/text`, 'unsupported_media_type'],
      [`${address}/missing`, 'import_refused'],
      [`${address}/endless`, 'file_too_large'],
      ['http://169.254.169.254/latest', 'address_not_allowed'],
      ['http://[::1]/x', 'address_not_allowed'],
      [`${address}/inside`, 'address_not_allowed'],
    ] as const
    const jobs = await Promise.all(cases.map(([url]) => importing(user, url)))
    const ended = await Promise.all(jobs.map((id) => jobIs(user, id, 'failed')))
    expect(ended.map(({ errorCode }) => errorCode)).toEqual(cases.map(([, code]) => code))
    expect((await call(user, 'GET', '/api/images')).json().items).toEqual([])
  })
})

describe('progress', () => {
  it('moves to watchers and never back, and ends at one', async () => {
    const user = shop.user()
    const render = held()
    const { jobId } = await upload(user)
    await render.started
    const progress = async (): Promise<number[]> =>
      (await shop.events.after(0, { ownerId: user.userId, limit: 200 }))
        .filter(({ type, data }) => data.id === jobId && type.startsWith('job.'))
        .map(({ data }) => data.progress as number)
    await vi.waitFor(async () => expect(Math.max(...(await progress()))).toBeGreaterThan(0), {
      timeout: 20_000,
    })
    render.letGo()
    await jobIs(user, jobId ?? '', 'complete')
    await vi.waitFor(async () => expect((await progress()).at(-1)).toBe(1), { timeout: 10_000 })
    const all = await progress()
    expect(all).toEqual([...all].sort((a, b) => a - b))
    expect(all[0]).toBe(0)
    expect(all.length).toBeGreaterThan(3)
  })
})

describe('a result that is no picture of its own', () => {
  it('is where the picture is: 303', async () => {
    const user = shop.user()
    const { id } = await upload(user)
    await imageIs(user, id, 'complete')
    const body = { imageId: id, type: 'renditions', presets: ['original'] }
    const asked = (await call(user, 'POST', '/api/jobs', body)).json<Job>()
    expect((await jobIs(user, asked.id, 'complete')).result).toMatchObject({ width: 300, format: 'jpeg' })
    const answer = await call(user, 'GET', `/api/jobs/${asked.id}/result`)
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toMatch(new RegExp(`/images/${id}[?]v=1&`))
  })
})

describe('a job without its image', () => {
  it('ends at once instead of waiting for its lease', async () => {
    const user = shop.user()
    const { id } = await upload(user)
    await imageIs(user, id, 'complete')
    const { db } = shop.database
    const [job] = await db.transaction((tx) =>
      shop.book.enqueue(tx, [
        {
          ownerId: user.userId,
          type: 'renditions',
          // As one that was written while the image was deleted.
          imageId: user.userId,
          priority: 'interactive',
          input: { version: 1, presets: null },
        },
      ]),
    )
    expect(await jobIs(user, job?.job.id ?? '', 'failed')).toMatchObject({
      attempts: 1,
      errorCode: 'not_found',
    })
  })
})

describe('batches', () => {
  it('do one job for each image', async () => {
    const user = shop.user()
    const images = await Promise.all([upload(user), upload(user), upload(user)])
    await Promise.all(images.map(({ id }) => imageIs(user, id, 'complete')))
    const answer = await call(user, 'POST', '/api/jobs', {
      imageIds: images.map(({ id }) => id),
      type: 'transform',
      parameters: { width: 20 },
      saveImage: true,
    })
    expect(answer.statusCode).toBe(202)
    const { batchId, jobs } = answer.json<{ batchId: string; jobs: Job[] }>()
    expect(jobs.map((job) => [job.imageId, job.priority, job.batchId])).toEqual(
      images.map(({ id }) => [id, 'bulk', batchId]),
    )
    await Promise.all(jobs.map(({ id }) => jobIs(user, id, 'complete')))
    const stranger = await call(shop.user(), 'POST', '/api/jobs', {
      imageIds: images.map(({ id }) => id),
      type: 'renditions',
    })
    expect(stranger.statusCode).toBe(404)
  })

  it('are refused when they make no sense', async () => {
    const user = shop.user()
    const { id } = await upload(user)
    for (const body of [
      { type: 'renditions' },
      { imageId: id, imageIds: [id], type: 'renditions' },
      { imageId: id, type: 'renditions', presets: ['nonsense'] },
      { imageId: id, type: 'renditions', width: 5 },
      { imageId: id, type: 'transform', presets: ['small'], width: 5 },
      { imageId: id, type: 'import' },
      { imageId: 'x', type: 'renditions' },
    ]) {
      const answer = await call(user, 'POST', '/api/jobs', body)
      expect([body, answer.statusCode]).toEqual([body, 400])
    }
  })
})
