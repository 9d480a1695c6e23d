import { randomUUID } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { beforeAll, expect, inject, it, vi } from 'vitest'
import { jpeg } from './pictures.ts'

/** As curl has it: fetch would open what is compressed and keep no trace of it. */
async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(new URL(path, inject('baseUrl')), { headers }, resolve)
      .once('error', reject)
      .end()
  })
  const bytes = await buffer(answer)
  const { 'content-encoding': encoding, vary = '', etag } = answer.headers
  return { status: answer.statusCode, headers: answer.headers, encoding, vary, etag, bytes }
}
const open = { br: brotliDecompressSync, gzip: gunzipSync }

let token = ''
let image = ''
beforeAll(async () => {
  const send = (path: string, body: BodyInit, headers: Record<string, string>) =>
    fetch(inject('baseUrl') + path, { method: 'POST', body, headers })
  const account = JSON.stringify({ username: `c${randomUUID().slice(0, 12)}`, password: 'long enough words' })
  const made = await send('/api/auth/register', account, { 'content-type': 'application/json' })
  token = ((await made.json()) as { accessToken: string }).accessToken
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
    const form = new FormData()
    form.append('image', new Blob([new Uint8Array(await jpeg(300, 200))]), name)
    const uploaded = await fetch(`${inject('baseUrl')}/api/images`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${token}` },
    })
    image = ((await uploaded.json()) as { id: string }).id
  }
  // Compared twice below, so nothing may still be being made of them.
  await vi.waitFor(
    async () => {
      const list = await fetch(`${inject('baseUrl')}/api/images`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const { items } = (await list.json()) as { items: { status: string }[] }
      expect(items.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete'])
    },
    { timeout: 60_000, interval: 100 },
  )
})

/** Every script and style of the page, and what it loads later. */
async function filesOfThePage(): Promise<string[]> {
  const page = (await get('/', { accept: 'text/html' })).bytes.toString()
  const found = new Set(
    [...page.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map(([, path = '']) => path),
  )
  for (const path of found) {
    if (!path.endsWith('.js')) continue
    const script = (await get(path)).bytes.toString()
    for (const [, name = ''] of script.matchAll(/"\.?\/?(?:assets\/)?([\w-]+-[\w-]{8}\.(?:js|css))"/g)) {
      found.add(`/assets/${name}`)
    }
  }
  return [...found]
}

it('the files of the page come compressed, with a tag of their own for each form', async () => {
  const paths = await filesOfThePage()
  expect(paths.length).toBeGreaterThan(1)
  let [plain, sent] = [0, 0]
  for (const path of paths) {
    const whole = await get(path)
    expect([whole.status, whole.encoding], path).toEqual([200, undefined])
    if (whole.bytes.length < 1_024) continue
    plain += whole.bytes.length
    const tags = new Set([whole.etag])
    for (const encoding of ['br', 'gzip'] as const) {
      const answer = await get(path, { 'accept-encoding': encoding })
      expect([answer.encoding, answer.vary], path).toEqual([encoding, 'Accept-Encoding'])
      expect(answer.headers['content-type'], path).toBe(whole.headers['content-type'])
      expect(answer.headers['cache-control'], path).toContain('immutable')
      expect(open[encoding](answer.bytes).equals(whole.bytes), path).toBe(true)
      if (encoding === 'br') sent += answer.bytes.length
      tags.add(answer.etag)
      const again = await get(path, { 'accept-encoding': encoding, 'if-none-match': String(answer.etag) })
      expect([again.status, again.vary, again.bytes.length], path).toEqual([304, 'Accept-Encoding', 0])
    }
    expect(tags.size, path).toBe(3)
    expect((await get(`${path}.br`, { accept: '*/*' })).status, path).toBe(404)
  }
  expect(sent).toBeLessThan(plain * 0.35)
})

it('lists and the reference are compressed on the fly; answers with tokens and pictures are not', async () => {
  const authorization = `Bearer ${token}`
  const all = { 'accept-encoding': 'gzip, deflate, br' }
  for (const path of ['/api/images', '/api/openapi.json', '/docs/static/swagger-ui.css', '/docs/errors']) {
    // By another name of the machine, which stands in the answer where the service has no public URL.
    const asked = { authorization, host: 'nas.lan:8080' }
    const whole = await get(path, asked)
    const answer = await get(path, { ...asked, ...all })
    expect([answer.encoding, /Accept-Encoding/.test(answer.vary)], path).toEqual(['br', true])
    expect(/Accept-Encoding/.test(whole.vary), path).toBe(true)
    expect(brotliDecompressSync(answer.bytes).equals(whole.bytes), path).toBe(true)
    if (answer.etag === undefined) continue
    const again = await get(path, { ...asked, ...all, 'if-none-match': answer.etag })
    expect([again.status, /Accept-Encoding/.test(again.vary)], path).toEqual([304, true])
  }
  expect((await get('/api/images', { authorization, ...all })).headers['cache-control']).toContain('no-store')
  for (const path of [
    '/api/auth/sessions',
    '/api/auth/me',
    `/images/${image}`,
    `/images/${image}?width=100`,
  ]) {
    const answer = await get(path, { authorization, ...all })
    expect([answer.status, answer.encoding], path).toEqual([200, undefined])
    expect(answer.vary, path).not.toMatch(/Accept-Encoding/i)
  }
})

it('a range of an original is of its own bytes, whatever is accepted', async () => {
  const headers = { authorization: `Bearer ${token}`, 'accept-encoding': 'br, gzip' }
  const whole = await get(`/images/${image}?preset=original`, headers)
  const part = await get(`/images/${image}?preset=original`, { ...headers, range: 'bytes=10-29' })
  expect([part.status, part.encoding]).toEqual([206, undefined])
  expect(part.bytes.equals(whole.bytes.subarray(10, 30))).toBe(true)
})
