// @module-tag slow/commands
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Service, startService } from '../acceptance/src/service.ts'

/** README's lines as somebody pastes them, all at once and twice, against a service that was just started. */
let folder: string
let service: Service
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rendition-readme-'))
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 }
  const photo = sharp({ create: { width: 1600, height: 1200, channels: 3, background: 'grey', noise } })
  await writeFile(join(folder, 'photo.jpg'), await photo.jpeg().toBuffer())
  service = await startService({ own: true, first: true })
})
afterAll(async () => {
  await service?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function linesOf(heading: string): Promise<string> {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const section = text.slice(text.indexOf(`## ${heading}`))
  const lines = /```sh\n([\s\S]*?)```/.exec(section)?.[1]
  if (lines === undefined) throw new Error(`README has no lines below ${heading}`)
  return lines
}

/** By the shell that scripts get, and by the one that people paste into. */
function paste(shell: string, lines: string): Promise<{ code: number | null; out: string; errors: string }> {
  const child = spawn(shell, [], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, URL: service.baseUrl },
    timeout: 60_000,
  })
  child.stdin.end(`${lines}\nprintf '\\nID=%s KEY=%s\\n' "$ID" "$KEY"\n`)
  let [out, errors] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, errors })))
}

it('the lines for the first upload work as they stand, twice', async () => {
  const lines = await linesOf('The first upload by curl')
  const ids = new Set<string>()
  for (const shell of ['bash', 'sh']) {
    await rm(join(folder, '800.webp'), { force: true })
    const { code, out, errors } = await paste(shell, lines)
    expect([code, errors], out).toEqual([0, ''])
    const [, id = '', key = ''] = /ID=([0-9a-f-]{36}) KEY=(rnk_\S+)/.exec(out) ?? []
    ids.add(id)
    const image = JSON.parse(out.trim().split('\n')[0] ?? '') as { status: string; sizes: object }
    expect(image.status).toBe('complete')
    expect(Object.keys(image.sizes)).toEqual(expect.arrayContaining(['thumbnail', 'original']))
    expect(await sharp(join(folder, '800.webp')).metadata()).toMatchObject({ width: 800, format: 'webp' })
    // The key has the scopes that the lines name, and no more.
    const keys = await fetch(`${service.baseUrl}/api/auth/keys`, { headers: { 'x-api-key': key } })
    expect(keys.status).toBe(403)
  }
  expect(ids.size).toBe(2)
})

it.each([
  [
    'a key as Bearer',
    '/api/images',
    { authorization: `Bearer rnk_${'0'.repeat(16)}_${'A'.repeat(43)}` },
    'X-API-Key',
  ],
  ['an id that was left as it stood', '/api/images/%3Cid%3E', {}, 'UUID'],
  ['the same for a picture', '/images/%3Cid%3E', {}, 'UUID'],
  ['the same for a job', '/api/jobs/%3Cid%3E', {}, 'UUID'],
])('%s is told in words', async (_name, path, headers, word) => {
  const account = JSON.stringify({ username: `u${Date.now()}`, password: 'long enough words' })
  const json = { 'content-type': 'application/json' }
  const made = await fetch(`${service.baseUrl}/api/auth/register`, {
    method: 'POST',
    headers: json,
    body: account,
  })
  const { accessToken } = (await made.json()) as { accessToken: string }
  const answer = await fetch(service.baseUrl + path, {
    headers: { authorization: `Bearer ${accessToken}`, ...headers },
  })
  expect(((await answer.json()) as { detail: string }).detail).toContain(word)
})
