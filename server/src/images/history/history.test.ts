import type { Image, Job } from '@rendition/contract'
import { canonical } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop({ images: { resultTtlMs: 3_600_000 } })
})
afterAll(() => shop.close())

type User = ReturnType<Workshop['user']>
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const call = (user: User, method: Method, url: string, body?: object) =>
  shop.app.inject({ method, url, headers: user.headers, ...(body === undefined ? {} : { payload: body }) })

async function uploaded(user: User, width = 600, height = 400, visibility = 'private'): Promise<Image> {
  const { payload, headers } = multipart([
    { name: 'image', value: await jpeg(width, height), filename: 'a.jpg' },
    { name: 'visibility', value: visibility },
  ])
  const answer = await shop.app.inject({
    method: 'POST',
    url: '/api/images',
    payload,
    headers: { ...headers, ...user.headers },
  })
  return ready(user, answer.json<Image>().id)
}

const ready = (user: User, id: string): Promise<Image> =>
  vi.waitFor(
    async () => {
      const image = (await call(user, 'GET', `/api/images/${id}`)).json<Image>()
      expect(image.status).toBe('complete')
      return image
    },
    { timeout: 30_000, interval: 50 },
  )

/** Transforms and waits for the end. */
async function transform(user: User, id: string, body: object): Promise<Job> {
  const answer = await call(user, 'POST', `/api/images/${id}/transform`, { async: false, ...body })
  expect(answer.statusCode).toBe(200)
  return answer.json<Job>()
}

async function picture(user: User, jobId: string) {
  const answer = await call(user, 'GET', `/api/jobs/${jobId}/result`)
  expect(answer.statusCode).toBe(200)
  return { answer, ...(await sharp(answer.rawPayload).metadata()) }
}

async function blobsOf(id: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of shop.storage.list(`images/${id}/`)) keys.push(key)
  return keys.sort()
}

/** What the cache knows the results of an image by. */
async function cachedOf(id: string): Promise<string[]> {
  const rows = await shop.database.db.query<{ key: string }>('select key from results where image_id = $1', [
    id,
  ])
  return rows.map(({ key }) => `result:${id}:${key}`)
}

describe('a transformation that is saved', () => {
  it('appends a version, from the original, with its renditions', async () => {
    const user = shop.user()
    const { id, sha256 } = await uploaded(user)
    const accepted = await call(user, 'POST', `/api/images/${id}/transform`, {
      width: 200,
      grayscale: true,
      saveImage: true,
    })
    expect(accepted.statusCode).toBe(202)
    expect(accepted.json()).toMatchObject({
      jobId: expect.any(String),
      status: 'pending',
      message: expect.any(String),
    })
    await transform(user, id, { steps: [{ op: 'rotate', angle: 90 }], saveImage: true })
    const image = await ready(user, id)
    expect(image).toMatchObject({ version: 3, sha256, width: 133, height: 200 })
    expect(image.sizes.large).toMatchObject({ width: 133, height: 200 })
    expect(image.sizes.original).toMatchObject({ width: 600, height: 400 })
    const version = await shop.images.reader.version(id, 3)
    expect(version?.recipe?.steps.map(({ op }) => op)).toEqual(['resize', 'grayscale', 'rotate'])
    expect(version?.original.sha256).toBe(sha256)
    const { items } = (await call(user, 'GET', `/api/images/${id}/versions`)).json()
    expect(
      items.map((v: { version: number; parent: number | null; current: boolean }) => [
        v.version,
        v.parent,
        v.current,
      ]),
    ).toEqual([
      [3, 2, true],
      [2, 1, false],
      [1, null, false],
    ])
  })

  it('is rendered from the original: two edits give the very bytes that both at once give', async () => {
    const user = shop.user()
    const edits: object[] = [
      { op: 'resize', width: 240 },
      { op: 'rotate', angle: 90 },
      { op: 'blur', sigma: 1.5 },
    ]
    const edited = await uploaded(user, 640, 480)
    let last: Job | undefined
    for (const step of edits) last = await transform(user, edited.id, { steps: [step], saveImage: true })
    const plain = await uploaded(user, 640, 480)
    expect(plain.sha256).toBe(edited.sha256)
    const once = await transform(user, plain.id, { steps: edits, saveImage: false })
    const [stepwise, direct] = [await picture(user, last?.id ?? ''), await picture(user, once.id)]
    expect(stepwise.answer.rawPayload.equals(direct.answer.rawPayload)).toBe(true)
    // Back and forth again shows the same picture, not one made of another.
    for (const step of ['undo', 'undo', 'redo', 'redo']) {
      expect((await call(user, 'POST', `/api/images/${edited.id}/${step}`)).statusCode).toBe(200)
    }
    const version = await shop.images.reader.version(edited.id)
    expect(version).toMatchObject({ version: 4, original: { sha256: edited.sha256 } })
    expect(version?.recipe?.steps.map(({ op }) => op)).toEqual(['resize', 'rotate', 'blur'])
  })

  it('builds on the one before, however many are asked for at once', async () => {
    const user = shop.user()
    const { id } = await uploaded(user, 400, 300)
    const steps = (n: number) => ({ steps: [{ op: 'blur', sigma: n }], saveImage: true })
    const jobs = await Promise.all(
      [1, 2, 3, 4].map((n) => call(user, 'POST', `/api/images/${id}/transform`, steps(n))),
    )
    const done = await Promise.all(
      jobs.map((answer) => call(user, 'GET', `/api/jobs/${answer.json().jobId}/result?wait=30`)),
    )
    expect(done.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200])
    const version = await shop.images.reader.version(id)
    expect(version?.version).toBe(5)
    expect(version?.recipe?.steps).toHaveLength(4)
  })

  it('has a picture of its own for its result', async () => {
    const user = shop.user()
    const { id } = await uploaded(user)
    const job = await transform(user, id, { width: 90, format: 'webp', saveImage: true })
    expect(job).toMatchObject({
      status: 'complete',
      imageId: id,
      result: { version: 2, width: 90, format: 'webp', expiresAt: null },
    })
    expect(job.imageUrl).toContain(`/images/${id}?v=2`)
    expect(await picture(user, job.id)).toMatchObject({ width: 90, height: 60, format: 'webp' })
  })

  it('keeps what it lays over, also when that image is gone', async () => {
    const user = shop.user()
    const [base, mark] = [await uploaded(user, 500, 500), await uploaded(user, 60, 60)]
    await transform(user, base.id, { watermarkImage: mark.id, saveImage: true })
    await call(user, 'DELETE', `/api/images/${mark.id}`)
    const answer = await transform(user, base.id, { width: 100, saveImage: true })
    expect(answer.status).toBe('complete')
    const another = await call(user, 'POST', `/api/images/${base.id}/transform`, {
      watermarkImage: shop.user().userId,
      saveImage: false,
    })
    expect(another.json()).toMatchObject({ status: 400, code: 'invalid_recipe' })
  })
})

describe('a transformation that is not saved', () => {
  it('keeps its result for its time and leaves the image alone', async () => {
    const user = shop.user()
    const { id } = await uploaded(user)
    const job = await transform(user, id, { width: 77, saveImage: false })
    expect(job.imageUrl).toBeNull()
    expect(job.result).toMatchObject({ version: null, width: 77, expiresAt: expect.any(String) })
    const { answer, width } = await picture(user, job.id)
    expect(width).toBe(77)
    const etag = String(answer.headers.etag)
    const again = await shop.app.inject({
      url: `/api/jobs/${job.id}/result`,
      headers: { ...user.headers, 'if-none-match': etag },
    })
    expect(again.statusCode).toBe(304)
    expect((await ready(user, id)).version).toBe(1)
  })

  it('answers 410 when its time is over', async () => {
    const user = shop.user()
    const { id } = await uploaded(user)
    const job = await transform(user, id, { width: 66, saveImage: false })
    const { db } = shop.database
    const past = new Date(Date.now() - 1_000).toISOString()
    await db.query('update results set expires_at = $2 where image_id = $1', [id, past])
    await db.query(
      `update jobs set result = jsonb_set(result, '{expiresAt}', to_jsonb($2::text)) where id = $1`,
      [job.id, past],
    )
    const answer = await call(user, 'GET', `/api/jobs/${job.id}/result`)
    expect(answer.json()).toMatchObject({ status: 410, code: 'result_expired' })
    await shop.images.upkeep.sweepOnce()
    expect(await db.query('select key from results where image_id = $1', [id])).toEqual([])
  })

  it('lies in the cache alone, and is made anew when it left that', async () => {
    const user = shop.user()
    const { id } = await uploaded(user)
    const before = await blobsOf(id)
    const body = { width: 78, saveImage: false }
    const job = await transform(user, id, body)
    expect(await blobsOf(id)).toEqual(before)
    expect(await shop.images.reader.ledger.list(id)).toHaveLength(4)
    const cached = await cachedOf(id)
    expect(cached).toHaveLength(1)
    await shop.results.delete(cached)
    const answer = await call(user, 'GET', `/api/jobs/${job.id}/result`)
    expect(answer.json()).toMatchObject({ status: 410, code: 'result_expired' })
    expect((await shop.app.inject(String(job.result?.url))).statusCode).toBe(410)
    const again = (await call(user, 'POST', `/api/images/${id}/transform`, body)).json()
    expect(again.status).toBe('pending')
    const made = await call(user, 'GET', `/api/jobs/${again.jobId}/result?wait=30`)
    expect(made.statusCode).toBe(200)
  })

  it('opens by its own URL without a credential, as long as it is kept', async () => {
    const user = shop.user()
    const { id } = await uploaded(user)
    const job = await transform(user, id, { width: 79, saveImage: false })
    const url = String(job.result?.url)
    const shown = await shop.app.inject(url)
    expect(shown.statusCode).toBe(200)
    expect(shown.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'access-control-allow-origin': '*',
      'cache-control': expect.stringMatching(/^private, max-age=3[56]\d\d$/),
    })
    const known = await shop.app.inject({ url, headers: { 'if-none-match': String(shown.headers.etag) } })
    expect(known.statusCode).toBe(304)
    const [path = '', query = ''] = url.split('?')
    const fields = new URLSearchParams(query)
    const other = await transform(user, id, { width: 80, saveImage: false })
    const forged = [
      `${path}?exp=${Number(fields.get('exp')) + 1}&sig=${fields.get('sig')}`,
      `${path}?exp=${fields.get('exp')}`,
      `${path}?sig=${fields.get('sig')}`,
      `/api/jobs/${other.id}/result?${query}`,
      // Of a picture, with the same key
      `${path}?${new URL(String((await ready(user, id)).sizes.small?.url), 'http://x').searchParams}`,
    ]
    for (const one of forged) {
      const answer = await shop.app.inject(one)
      expect(answer.json(), one).toMatchObject({ status: 403, code: 'signature_invalid' })
    }
    expect((await shop.app.inject(path)).statusCode).toBe(401)
    await call(user, 'DELETE', `/api/images/${id}/renditions`)
    expect((await shop.app.inject(url)).json()).toMatchObject({ status: 410, code: 'result_expired' })
  })

  it('goes with its image', async () => {
    const user = shop.user()
    const { id } = await uploaded(user)
    const job = await transform(user, id, { width: 81, saveImage: false })
    const cached = await cachedOf(id)
    expect(await shop.results.get(cached[0] ?? '')).not.toBeNull()
    await call(user, 'DELETE', `/api/images/${id}`)
    expect(await shop.results.get(cached[0] ?? '')).toBeNull()
    expect((await shop.app.inject(String(job.result?.url))).statusCode).toBe(410)
  })

  it('stays for who took its job over while it was kept', async () => {
    const user = shop.user()
    const { id } = await uploaded(user)
    const { db } = shop.database
    const set = shop.results.set.bind(shop.results)
    const sets = vi.spyOn(shop.results, 'set').mockImplementationOnce(async (...result) => {
      const kept = await set(...result)
      const over = `update jobs set fence = fence + 1, lease_until = now() - interval '1 s'
        where image_id = $1 and status = 'processing'`
      await db.query(over, [id])
      return kept
    })
    const deletes = vi.spyOn(shop.results, 'delete')
    try {
      const job = await transform(user, id, { width: 82, saveImage: false })
      expect([job.status, sets.mock.calls.length]).toEqual(['complete', 2])
      expect(deletes).not.toHaveBeenCalled()
      expect(await picture(user, job.id)).toMatchObject({ width: 82 })
    } finally {
      for (const spy of [sets, deletes]) spy.mockRestore()
    }
  })

  it('is made once: joined in flight, answered at once when it is there', async () => {
    const user = shop.user()
    const { id } = await uploaded(user)
    const body = { width: 123, blur: 3, saveImage: false }
    const same = { blur: 3.0, w: 123, saveImage: false }
    const asked = await Promise.all(
      [body, same, body].map((b) => call(user, 'POST', `/api/images/${id}/transform`, b)),
    )
    expect(new Set(asked.map((answer) => answer.json().jobId)).size).toBe(1)
    await picture(user, (await transform(user, id, body)).id)
    const later = (await call(user, 'POST', `/api/images/${id}/transform`, body)).json()
    expect(later.status).toBe('complete')
    expect(later.jobId).not.toBe(asked[0]?.json().jobId)
    expect(await picture(user, later.jobId)).toMatchObject({ width: 123 })
  })

  it('refuses what is not understood, with the path of the fault', async () => {
    const user = shop.user()
    const { id } = await uploaded(user, 50, 50)
    const bad: [object, string, string][] = [
      [{ width: 10 }, 'saveImage', 'invalid_request'],
      [{ width: 0, saveImage: false }, 'width', 'invalid_recipe'],
      [{ widht: 10, saveImage: false }, 'widht', 'invalid_recipe'],
      [{ saveImage: false }, 'steps', 'invalid_recipe'],
      [{ steps: [{ op: 'explode' }], saveImage: true }, 'steps.0.op', 'invalid_recipe'],
    ]
    for (const [body, path, code] of bad) {
      const answer = await call(user, 'POST', `/api/images/${id}/transform`, body)
      expect(answer.json()).toMatchObject({ status: 400, code, errors: [{ path }] })
    }
    const other = await call(shop.user(), 'POST', `/api/images/${id}/transform`, {
      width: 10,
      saveImage: false,
    })
    expect(other.statusCode).toBe(404)
  })
})

describe('undo, redo, restore', () => {
  const edited = async (user: User, edits: number): Promise<string> => {
    const { id } = await uploaded(user, 200, 200)
    for (let n = 0; n < edits; n += 1) await transform(user, id, { width: 100 - n, saveImage: true })
    return id
  }

  it('walk the history and stop at its ends', async () => {
    const user = shop.user()
    const id = await edited(user, 2)
    const step = async (name: string) => {
      const answer = await call(user, 'POST', `/api/images/${id}/${name}`)
      return answer.statusCode === 200 ? answer.json<Image>().version : answer.json().code
    }
    expect(await step('redo')).toBe('nothing_to_redo')
    expect([await step('undo'), await step('undo'), await step('undo')]).toEqual([2, 1, 'nothing_to_undo'])
    expect((await ready(user, id)).sizes.large).toMatchObject({ width: 200 })
    expect([await step('redo'), await step('redo'), await step('redo')]).toEqual([2, 3, 'nothing_to_redo'])
    await step('undo')
    await transform(user, id, { height: 50, saveImage: true })
    expect(await step('redo')).toBe('nothing_to_redo')
    expect((await ready(user, id)).version).toBe(4)
    expect(await step('undo')).toBe(2)
    const restored = await call(user, 'POST', `/api/images/${id}/versions/3/restore`)
    expect(restored.json<Image>()).toMatchObject({ version: 5, status: 'complete', width: 99 })
    const [three, five] = [await shop.images.reader.version(id, 3), await shop.images.reader.version(id, 5)]
    expect(canonical(five?.recipe ?? {})).toBe(canonical(three?.recipe ?? {}))
    expect((await call(user, 'POST', `/api/images/${id}/versions/9/restore`)).statusCode).toBe(404)
  })

  it('are safe at once: each undo moves one step or is told that there is none', async () => {
    const user = shop.user()
    const id = await edited(user, 3)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => call(user, 'POST', `/api/images/${id}/undo`)),
    )
    const versions = answers
      .filter(({ statusCode }) => statusCode === 200)
      .map((answer) => answer.json<Image>().version)
    expect(versions.sort()).toEqual([1, 2, 3])
    expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(2)
    expect((await ready(user, id)).version).toBe(1)
  })

  it('keep every version’s renditions', async () => {
    const user = shop.user()
    const id = await edited(user, 2)
    const rows = (await call(user, 'GET', `/api/images/${id}/renditions`)).json().items
    for (const version of [1, 2, 3]) {
      const own = rows.filter((row: { version: number }) => row.version === version)
      expect(own.length).toBe(version === 1 ? 4 : 5)
    }
    const purged = await call(user, 'DELETE', `/api/images/${id}/renditions`)
    expect(purged.json()).toEqual({ removed: 0, bytes: 0 })
  })
})

describe('a new original', () => {
  it('becomes the next version; undo brings the old one back', async () => {
    const user = shop.user()
    const { id, sha256 } = await uploaded(user, 300, 200)
    const { payload, headers } = multipart([{ name: 'file', value: await jpeg(100, 80), filename: 'b.jpg' }])
    const url = `/api/images/${id}/replace`
    const answer = await shop.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { ...headers, ...user.headers },
    })
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({ id, imageId: id, version: 2, status: 'pending' })
    expect(await ready(user, id)).toMatchObject({ version: 2, width: 100, height: 80 })
    const undone = (await call(user, 'POST', `/api/images/${id}/undo`)).json<Image>()
    expect(undone).toMatchObject({ version: 1, sha256, width: 300, status: 'complete' })
    const stranger = { ...headers, ...shop.user().headers }
    expect((await shop.app.inject({ method: 'POST', url, payload, headers: stranger })).statusCode).toBe(404)
  })

  it('of two replacements at once both are kept', async () => {
    const user = shop.user()
    const { id } = await uploaded(user, 100, 100)
    const bodies = await Promise.all(
      [50, 60].map(async (side) =>
        multipart([{ name: 'f', value: await jpeg(side, side), filename: 'x.jpg' }]),
      ),
    )
    const answers = await Promise.all(
      bodies.map(({ payload, headers }) =>
        shop.app.inject({
          method: 'POST',
          url: `/api/images/${id}/replace`,
          payload,
          headers: { ...headers, ...user.headers },
        }),
      ),
    )
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201])
    await ready(user, id)
    for (const n of [2, 3]) {
      const version = await shop.images.reader.version(id, n)
      const chunks = []
      for await (const chunk of await shop.storage.get(version?.original.key ?? ('' as never)))
        chunks.push(chunk)
      expect(Buffer.concat(chunks).length).toBe(version?.original.size)
    }
  })
})
