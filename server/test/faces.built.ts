// @module-tag slow/packages
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createProcess, type ServiceProcess } from './cluster/process.ts'
import { freePort } from './services/service.ts'

const modules = join(import.meta.dirname, '../../deploy/faces')
/** As it is typed; a service runs in the folder it is started in. */
const typed = relative(process.cwd(), modules)

/** A face that a detector takes for one, in a box of some 110 × 150 around a point, times `size`. */
const drawn = (x: number, y: number, size: number): string =>
  `<g transform="translate(${x} ${y}) scale(${size})">
  <path d="M-62 -20C-70 -110 70 -110 62 -20L70 60H-70Z" fill="#3a2618"/><path d="M-24 50h48v60h-48z" fill="#b98562"/>
  <ellipse rx="55" ry="74" fill="url(#skin)"/><path d="M-56 -20C-50 -90 50 -90 56 -20C40 -55 -40 -55 -56 -20" fill="#3a2618"/>
  <path d="M-38 -22q14 -10 28 0M10 -22q14 -10 28 0" stroke="#4a3020" stroke-width="5" fill="none"/>
  <g fill="#fff"><ellipse cx="-24" cy="-8" rx="11" ry="6"/><ellipse cx="24" cy="-8" rx="11" ry="6"/></g>
  <g fill="#3b2a1c"><circle cx="-24" cy="-8" r="5.5"/><circle cx="24" cy="-8" r="5.5"/></g>
  <path d="M-4 -4L-9 20Q0 27 9 20L5 -4" fill="#c98f68"/><path d="M-9 20Q0 27 9 20" stroke="#8a5a3c" stroke-width="3" fill="none"/>
  <path d="M-22 40Q0 34 22 40Q0 56 -22 40" fill="#a8453f"/></g>`

/** 1200 × 400, blue; with faces of those sizes in a row of four places. */
const people = (...sizes: (number | null)[]): Promise<Buffer> =>
  sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="400">
    <radialGradient id="skin" cx=".45" cy=".4" r=".7"><stop stop-color="#f2cfb3"/><stop offset=".7" stop-color="#d8a07a"/>
    <stop offset="1" stop-color="#9c6a48"/></radialGradient><rect width="1200" height="400" fill="#2040c0"/>
    ${sizes.map((size, at) => (size === null ? '' : drawn(150 + at * 300, 200, size))).join('')}</svg>`),
  )
    .jpeg({ quality: 90 })
    .toBuffer()

let folder: string
let service: ServiceProcess
let environment: Record<string, string>
let token: string

beforeAll(async () => {
  if (!existsSync(join(modules, 'node_modules')))
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: modules })
  folder = await mkdtemp(join(tmpdir(), 'rendition-faces-'))
  environment = {
    HOST: '127.0.0.1',
    PORT: `${await freePort()}`,
    DATA_DIR: join(folder, 'data'),
    RENDER_PROCESSES: '1',
  }
  service = createProcess('service', { ...environment, FACES_MODULES: typed })
  await service.start()
  const account = await fetch(`${service.url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ann', password: 'correct horse' }),
  })
  token = ((await account.json()) as { accessToken: string }).accessToken
}, 240_000)
afterAll(async () => {
  await service?.stop()
  await rm(folder, { recursive: true, force: true })
})

const authorization = () => ({ authorization: `Bearer ${token}` })

async function upload(bytes: Uint8Array): Promise<string> {
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(bytes)]), 'people.jpg')
  const answer = await fetch(`${service.url}/api/images`, {
    method: 'POST',
    headers: authorization(),
    body: form,
  })
  return ((await answer.json()) as { id: string }).id
}
const ask = (id: string, query: string): Promise<Response> =>
  fetch(`${service.url}/images/${id}?${query}`, { headers: authorization() })

/** How much of a square crop is the plain ground: all of it is 1. */
async function groundOf(id: string, query: string): Promise<number> {
  const answer = await ask(id, `${query}&format=png`)
  expect(answer.status).toBe(200)
  const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  let ground = 0
  for (let at = 0; at < data.length; at += 3)
    if ((data[at + 2] ?? 0) > 120 && (data[at] ?? 0) < 90) ground += 1
  return ground / (info.width * info.height)
}

it('a crop finds the largest face, all faces, and the same after a turn', async () => {
  const right = await upload(await people(null, null, null, 1))
  expect(await groundOf(right, 'w=200&h=200')).toBeGreaterThan(0.99)
  expect(await groundOf(right, 'w=200&h=200&gravity=face')).toBeLessThan(0.9)
  expect(await groundOf(right, 'w=200&h=200&gravity=face&mirror=true')).toBeLessThan(0.9)
  const two = await upload(await people(0.6, 1.1, null, null))
  const [largest, both] = [
    await groundOf(two, 'w=100&h=100&gravity=face'),
    await groundOf(two, 'w=100&h=100&gravity=faces'),
  ]
  // The wider look takes the second face in
  expect(both).toBeLessThan(largest)
})

it('a picture without faces is cropped about its focal point', async () => {
  const nobody = await upload(await people())
  const [face, plain] = await Promise.all(
    ['&gravity=face', '&gravity=focal'].map(async (gravity) =>
      Buffer.from(await (await ask(nobody, `w=90&h=90&format=png${gravity}`)).arrayBuffer()),
    ),
  )
  expect(face?.equals(plain ?? Buffer.alloc(0))).toBe(true)
})

it('is refused in words without the packages, and a folder that lacks them stops the start', async () => {
  const id = await upload(await people(1))
  await service.stop()
  service = createProcess('service', environment)
  await service.start()
  const answer = await ask(id, 'w=50&h=50&gravity=face')
  expect(answer.status).toBe(400)
  expect(((await answer.json()) as { detail: string }).detail).toContain('FACES_MODULES')
  await service.stop()
  const wrong = createProcess('service', { ...environment, FACES_MODULES: folder })
  await expect(wrong.start()).rejects.toThrow(/tfjs-core is not installed/)
}, 120_000)
