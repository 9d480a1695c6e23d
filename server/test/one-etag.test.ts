import { afterAll, beforeAll, expect, it } from 'vitest'
import { jpeg } from '../src/images/testing/pictures.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

/** A picture that a job made and the one that its URL makes are the same bytes: clients and caches know them by one ETag. */
let house: WholeHouse
beforeAll(async () => {
  house = await openWholeHouse()
})
afterAll(() => house?.close())

async function ok(status: number, path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(house.url + path, init)
  expect(answer.status, answer.ok ? '' : await answer.text()).toBe(status)
  return answer
}

it('of one picture has one form, whether a job or a URL made it', async () => {
  const account = { username: 'maker', password: 'correct horse' }
  const joined = await ok(201, `/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  const { accessToken } = (await joined.json()) as { accessToken: string }
  const headers = { authorization: `Bearer ${accessToken}` }

  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(await jpeg(90, 60))]), 'a.jpg')
  const uploaded = await ok(201, '/api/images', { method: 'POST', headers, body: form })
  const { id } = (await uploaded.json()) as { id: string }

  const asked = await ok(202, `/api/images/${id}/transform`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ width: 31, format: 'webp', saveImage: false }),
  })
  const { jobId } = (await asked.json()) as { jobId: string }
  const result = await ok(200, `/api/jobs/${jobId}/result?wait=60`, { headers })
  const fromJob = { etag: result.headers.get('etag'), bytes: Buffer.from(await result.arrayBuffer()) }

  // What the job made goes, so that the URL has it made anew.
  const purged = await ok(200, `/api/images/${id}/renditions`, { method: 'DELETE', headers })
  expect(((await purged.json()) as { removed: number }).removed).toBeGreaterThan(0)
  const made = await ok(200, `/images/${id}?width=31&format=webp`, { headers })
  expect(made.headers.get('cache-status')).toContain('fwd=miss')
  const fromUrl = { etag: made.headers.get('etag'), bytes: Buffer.from(await made.arrayBuffer()) }
  expect(fromUrl).toEqual(fromJob)
})
