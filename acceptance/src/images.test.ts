import { beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type Api, createApi, type ImageBody, refusal, uuidPattern } from './api.ts'
import { jpeg, scene } from './pictures.ts'

let api: Api
let stranger: Api
const missing = '01890000-0000-7000-8000-000000000000'
beforeAll(async () => {
  const entrance = createApi(inject('baseUrl'))
  api = entrance.as((await entrance.register()).accessToken)
  stranger = entrance.as((await entrance.register()).accessToken)
})

describe('the list', () => {
  interface Page {
    items: ImageBody[]
    nextCursor: string | null
  }
  let owner: Api
  beforeAll(async () => {
    owner = api.as((await api.register()).accessToken)
    const bytes = await jpeg(40, 30)
    for (let i = 0; i < 5; i++) {
      await owner.upload([{ name: `picture-${i}.jpg`, bytes }], { tags: i < 2 ? 'sea' : 'land' })
    }
  })

  it('comes newest first, page by page, each once', async () => {
    const names: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { body }: { body: Page } = await owner.get<Page>(`/api/images?limit=2${query}`)
      expect(body.items.length).toBeLessThanOrEqual(2)
      names.push(...body.items.map((image) => image.originalName))
      cursor = body.nextCursor
    }
    expect(names).toEqual([4, 3, 2, 1, 0].map((i) => `picture-${i}.jpg`))
  })

  it('does not repeat or skip when something new arrives between two pages', async () => {
    const first = await owner.get<Page>('/api/images?limit=3')
    const added = await owner.upload([{ name: 'new.jpg', bytes: await jpeg(40, 30) }])
    const rest = await owner.get<Page>(
      `/api/images?cursor=${encodeURIComponent(first.body.nextCursor ?? '')}`,
    )
    expect(rest.body.items.map((image) => image.originalName)).toEqual(['picture-1.jpg', 'picture-0.jpg'])
    await owner.delete(`/api/images/${added.body.id}`)
  })

  it.each([
    ['tag=sea', ['picture-1.jpg', 'picture-0.jpg']],
    ['q=ICTURE-3', ['picture-3.jpg']],
    ['q=%25', []],
    ['visibility=public', []],
    ['sort=oldest&limit=1', ['picture-0.jpg']],
    ['sort=name&limit=2', ['picture-0.jpg', 'picture-1.jpg']],
  ])('filters and sorts by %s', async (query, names) => {
    const { body } = await owner.get<Page>(`/api/images?${query}`)
    expect(body.items.map((image) => image.originalName)).toEqual(names)
  })

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=broken', 'status=odd', 'sort=odd'])(
    'refuses %s',
    async (query) => {
      const answer = await owner.get(`/api/images?${query}`)
      expect(refusal(answer)).toBe('400 invalid_request')
      expect(answer.body.errors).toContainEqual({ path: query.split('=')[0], message: expect.any(String) })
    },
  )

  it("never holds another's images", async () => {
    expect((await stranger.get<Page>('/api/images')).body).toEqual({ items: [], nextCursor: null })
  })
})

describe('one image', () => {
  it('is seen by its owner only', async () => {
    const { id } = await api.picture(await jpeg(60, 40))
    expect((await api.get(`/api/images/${id}`)).status).toBe(200)
    const asked = await Promise.all([
      stranger.get(`/api/images/${id}`),
      stranger.get(`/api/images/${id}/status`),
      stranger.get(`/api/images/${id}/versions`),
      stranger.get(`/api/images/${id}/renditions`),
      stranger.get(`/images/${id}`),
      stranger.patch(`/api/images/${id}`, { altText: 'mine now' }),
      stranger.delete(`/api/images/${id}`),
      stranger.post(`/api/images/${id}/transform`, { width: 10, saveImage: true }),
      stranger.post(`/api/images/${id}/undo`),
    ])
    for (const answer of asked) expect(refusal(answer)).toBe('404 not_found')
    const none = await stranger.get(`/api/images/${missing}`)
    expect(none.body.title).toBe(asked[0]?.body.title)
    expect((await api.get(`/api/images/${id}`)).body.altText).toBeNull()
  })

  it.each(['not-an-id', '%00', '..%2f..%2fetc', `${missing}x`])('says no to the id %s', async (id) => {
    expect([400, 404]).toContain((await api.get(`/api/images/${id}`)).status)
    expect([400, 404]).toContain((await api.get(`/images/${id}`)).status)
  })

  it('says how far it is', async () => {
    const { body } = await api.upload([{ name: 'a.jpg', bytes: await jpeg(60, 40) }])
    await api.complete(body.id)
    expect((await api.get(`/api/images/${body.id}/status`)).body).toEqual({
      id: body.id,
      status: 'complete',
      jobId: expect.stringMatching(uuidPattern),
      progress: 1,
      errorMessage: null,
    })
  })

  it('changes what may change', async () => {
    const { id } = await api.picture(await jpeg(60, 40))
    const change = {
      originalName: 'boats.jpg',
      tags: ['sea', 'boats'],
      visibility: 'public',
      focalPoint: { x: 0.25, y: 0.75 },
      altText: 'Two boats',
    }
    const { status, body } = await api.patch(`/api/images/${id}`, change)
    expect(status).toBe(200)
    expect(body).toMatchObject(change)
    expect((await api.get(`/api/images/${id}`)).body).toMatchObject(change)
  })

  it.each([
    [{ focalPoint: { x: 2, y: 0 } }, 'focalPoint.x'],
    [{ visibility: 'secret' }, 'visibility'],
    [{ tags: 'sea' }, 'tags'],
    [{ status: 'complete' }, ''],
    [{ originalName: '' }, 'originalName'],
  ])('refuses the change %j', async (change, path) => {
    const { id } = await api.picture(await jpeg(60, 40))
    const answer = await api.patch<{ errors: { path: string }[] }>(`/api/images/${id}`, change)
    expect(refusal(answer as never)).toBe('400 invalid_request')
    if (path !== '') expect(answer.body.errors.map((fault) => fault.path)).toContain(path)
  })

  it('gives its placeholder', async () => {
    const { id } = await api.picture(await jpeg(300, 200))
    const { status, body } = await api.get(`/api/images/${id}/placeholder`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ thumbhash: expect.any(String), color: expect.stringMatching(/^#/) })
  })

  it('lists what was made from it, and purges it', async () => {
    const image = await api.picture(await jpeg(700, 500))
    await api.get(`/images/${image.id}?width=300`)
    type Ledger = { items: { width: number; size: number; asked: string | null }[] }
    const ledger = () => api.get<Ledger>(`/api/images/${image.id}/renditions`)
    const { body } = await ledger()
    expect(body.items.map((entry) => entry.width)).toEqual(expect.arrayContaining([150, 480, 700]))
    // By which URL, in one spelling; written down behind the answer, one after the other: behind what all other tests asked for, 30 s at a load of 19.
    await vi.waitFor(
      async () => {
        const asked = (await ledger()).body.items.map((entry) => entry.asked)
        expect(asked).toEqual(expect.arrayContaining([null, 'width=300']))
      },
      { timeout: 120_000 },
    )
    expect((await api.delete(`/api/images/${image.id}/renditions`)).status).toBeLessThan(300)
    const again = await api.get(image.sizes.small?.url ?? '')
    expect(again.status).toBe(200)
  })
})

describe('deletion', () => {
  it('takes everything: the image, its sizes, issued URLs', async () => {
    const image = await api.picture(await jpeg(700, 500))
    const urls = [
      ...Object.values(image.sizes).map((size) => size.url),
      `/images/${image.id}?width=200`,
      `/api/images/${image.id}`,
      `/thumbnails/${image.id}`,
    ]
    for (const url of urls) expect((await api.get(url)).status, url).toBe(200)
    const gone = await api.delete(`/api/images/${image.id}`)
    expect([gone.status, gone.bytes.length]).toEqual([204, 0])
    await vi.waitFor(async () => {
      for (const url of urls) expect(refusal(await api.get(url)), url).toBe('404 not_found')
    })
    expect(refusal(await api.delete(`/api/images/${image.id}`))).toBe('404 not_found')
  })

  it('takes the images of an account with the account', async () => {
    const { account, ...mine } = await api.signedIn()
    const image = await mine.picture(await jpeg(60, 40))
    const url = image.sizes.original?.url ?? ''
    const gone = await mine.delete('/api/auth/me', { currentPassword: account.password })
    expect(gone.status).toBe(204)
    await vi.waitFor(async () => expect((await createApi(api.baseUrl).get(url)).status).toBe(404))
    const { username, password } = account
    expect((await api.anonymous().post('/api/auth/login', { username, password })).status).toBe(401)
  })
})

describe('a new original', () => {
  it('becomes a new version under the same id', async () => {
    const image = await api.picture(await jpeg(300, 200))
    const bytes = await scene(200, 300).png().toBuffer()
    const answer = await api.upload([{ name: 'b.png', bytes }], {}, `/api/images/${image.id}/replace`)
    expect(answer.status).toBeLessThan(300)
    await vi.waitFor(
      async () => {
        const { body } = await api.get<ImageBody>(`/api/images/${image.id}`)
        expect(body).toMatchObject({ version: 2, status: 'complete', width: 200, height: 300 })
      },
      { timeout: 20_000 },
    )
    const { bytes: now } = await api.get(`/images/${image.id}?preset=original`)
    expect(now.equals(bytes)).toBe(true)
  })
})

describe('versions', () => {
  it('are made by transforms, and walked by undo, redo and restore', async () => {
    const { id } = await api.picture(await jpeg(400, 200))
    const transform = async (parameters: object) => {
      const { status, body } = await api.post<{ jobId: string }>(`/api/images/${id}/transform`, {
        ...parameters,
        saveImage: true,
      })
      expect(status).toBe(202)
      expect(body).toMatchObject({ status: 'pending', message: expect.any(String) })
      expect(await api.ended(body.jobId)).toMatchObject({ status: 'complete' })
    }
    const size = async () => {
      const { body } = await api.get<ImageBody>(`/api/images/${id}`)
      return `${body.width}×${body.height}`
    }
    expect(refusal(await api.post(`/api/images/${id}/undo`))).toBe('409 nothing_to_undo')
    await transform({ rotate: 90 })
    expect(await size()).toBe('200×400')
    await transform({ steps: [{ op: 'crop', x: 0, y: 0, width: 100, height: 50 }] })
    expect(await size()).toBe('100×50')
    expect((await api.post(`/api/images/${id}/undo`)).status).toBe(200)
    expect(await size()).toBe('200×400')
    expect((await api.post(`/api/images/${id}/redo`)).status).toBe(200)
    expect(await size()).toBe('100×50')
    expect(refusal(await api.post(`/api/images/${id}/redo`))).toBe('409 nothing_to_redo')
    expect((await api.post(`/api/images/${id}/versions/1/restore`)).status).toBeLessThan(300)
    expect(await size()).toBe('400×200')
    const { body } = await api.get<{ items: unknown[] }>(`/api/images/${id}/versions`)
    expect(body.items).toHaveLength(4)
  })
})
