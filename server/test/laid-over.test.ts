import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { jpeg } from '../src/images/testing/pictures.ts'
import { storageKey } from '../src/platform/storage/key.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

/**
 * A job and a URL agree on which file may be laid over another picture, and what a version lays over it goes on showing:
 * a job once took files that no URL of the version it made could be rendered with.
 */
const mebibyte = 1024 ** 2
let house: WholeHouse
let headers: { authorization: string }
beforeAll(async () => {
  house = await openWholeHouse({ env: { MAX_FILE_BYTES: String(100 * mebibyte) } })
  const joined = await ask('/api/auth/register', { username: 'maker', password: 'correct horse' })
  const { accessToken } = (await joined.json()) as { accessToken: string }
  headers = { authorization: `Bearer ${accessToken}` }
})
afterAll(() => house?.close())

const ask = (path: string, body?: unknown): Promise<Response> =>
  fetch(house.url + path, {
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })

/** A small picture in a file of so many bytes: decoders stop at its end marker. */
async function padded(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = new Uint8Array(bytes)
  file.set(await jpeg(120, 80))
  return file
}

async function upload(file: Uint8Array<ArrayBuffer>): Promise<string> {
  const form = new FormData()
  form.set('image', new Blob([file]), 'a.jpg')
  const answer = await fetch(`${house.url}/api/images`, { method: 'POST', headers, body: form })
  expect(answer.status).toBe(201)
  const { id } = (await answer.json()) as { id: string }
  return id
}

async function saveWith(mark: string, image: string): Promise<void> {
  const asked = await ask(`/api/images/${image}/transform`, { watermarkImage: mark, saveImage: true })
  expect(asked.status).toBe(202)
  const { jobId } = (await asked.json()) as { jobId: string }
  await vi.waitFor(
    async () => expect(await (await ask(`/api/jobs/${jobId}`)).json()).toMatchObject({ status: 'complete' }),
    { timeout: 60_000, interval: 50 },
  )
}

it('a file that a job takes is one that URLs take, at every width of the version it made', async () => {
  const [image, mark] = [await upload(await padded(9_000)), await upload(await padded(36 * mebibyte))]
  const live = await ask(`/images/${image}?width=61&watermarkImage=${mark}`)
  expect(live.status, await live.clone().text()).toBe(200)
  await saveWith(mark, image)
  for (const width of [60, 33]) {
    const saved = await ask(`/images/${image}?v=2&width=${width}&format=png`)
    expect(saved.status).toBe(200)
    expect((await saved.arrayBuffer()).byteLength).toBeGreaterThan(100)
  }
})

it('a larger one is refused by both in one way, before any job is written', async () => {
  const [image, mark] = [await upload(await padded(9_000)), await upload(await padded(65 * mebibyte))]
  const errors = [{ path: 'watermarkImage', message: `the image ${mark} is too large a file to lay over` }]
  for (const answer of [
    await ask(`/images/${image}?width=60&watermarkImage=${mark}`),
    await ask(`/api/images/${image}/transform`, { watermarkImage: mark, saveImage: true }),
    await ask(`/api/images/${image}/transform`, { watermarkImage: mark, saveImage: false }),
  ]) {
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'invalid_recipe', errors })
  }
})

it('a version that lays over a larger one, from when no job refused any, is rendered all the same', async () => {
  const [image, mark] = [await upload(await padded(9_000)), await upload(await padded(8_000))]
  await saveWith(mark, image)
  const { storage } = house.parts
  const prefix = `images/${image}/assets/`
  const keys: string[] = []
  for await (const { key } of storage.list(prefix)) keys.push(key)
  expect(keys).toHaveLength(1)
  const [key = ''] = keys
  await storage.delete([storageKey(key)])
  await storage.put(storageKey(key), await padded(65 * mebibyte))
  const saved = await ask(`/images/${image}?v=2&width=47`)
  expect(saved.status).toBe(200)
})
