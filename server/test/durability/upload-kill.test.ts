// @module-tag slow/kills
import { createHash } from 'node:crypto'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Image, Page } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { jpeg } from '../../src/images/testing/pictures.ts'
import { openStorage } from '../../src/platform/storage/index.ts'
import { type Program, runProgram } from '../processes/program.ts'
import { processesWithin } from '../processes/state.ts'
import { newUser } from '../works.ts'

const service = join(import.meta.dirname, 'doomed-service.ts')

/** Where the process dies: each place at which something is written that another place must know of. */
const steps = [
  'upload.stored',
  'upload.committed',
  'job.claimed',
  'job.rendering',
  'job.rendered',
  'job.stored',
  'job.committed',
] as const
/** Each step once; `UPLOAD_KILLS=50` for a long look. */
const lives = Number(process.env.UPLOAD_KILLS ?? steps.length)
const uploadsInALife = 4

interface Life extends Program {
  url: string
}

describe('a service that is killed at every step', () => {
  const user = newUser()
  let folder: string
  let life: Life | null = null

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'rendition-doomed-')))
  })
  afterAll(async () => {
    life?.child.kill('SIGKILL')
    await vi.waitFor(async () => expect(await processesWithin(folder)).toEqual([]), 15_000)
    await rm(folder, { recursive: true, force: true })
  })

  async function start(...args: string[]): Promise<Life> {
    const program = await runProgram(service, [folder, ...args])
    const port = (await program.says(/^listening/)).split(' ')[1]
    life = { ...program, url: `http://127.0.0.1:${port}` }
    return life
  }

  const get = async <T>(url: string, path: string): Promise<T> =>
    (await fetch(`${url}${path}`, { headers: user.headers })).json() as Promise<T>

  async function images(url: string): Promise<Image[]> {
    const found: Image[] = []
    let cursor: string | null = ''
    do {
      const page: Page<Image> = await get(url, `/api/images?limit=200${cursor ? `&cursor=${cursor}` : ''}`)
      found.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return found
  }

  /** Uploads until it is answered or the service is dead; the id when it was acknowledged. */
  async function upload(url: string, bytes: Buffer): Promise<string | null> {
    const form = new FormData()
    form.append('image', new Blob([new Uint8Array(bytes)]), 'photo.jpg')
    try {
      const answer = await fetch(`${url}/api/images`, { method: 'POST', headers: user.headers, body: form })
      return answer.status === 201 ? ((await answer.json()) as Image).id : null
    } catch {
      return null
    }
  }

  const allComplete = (url: string): Promise<Image[]> =>
    vi.waitFor(
      async () => {
        const all = await images(url)
        expect(all.filter(({ status }) => status !== 'complete')).toEqual([])
        return all
      },
      { timeout: 60_000, interval: 100 },
    )

  it('loses no acknowledged upload, leaves none pending and no blob behind', {
    // A minute alone; a life takes 40 s beside a load of 25.
    timeout: 1_200_000,
  }, async () => {
    const acknowledged = new Map<string, string>()
    const died = new Map<string, number>()
    let tried = 0
    for (let n = 0; n < lives; n += 1) {
      const { url, child, exited, says } = await start()
      await allComplete(url)
      const step = steps[n % steps.length] ?? 'upload.stored'
      child.stdin?.write(`die ${step} ${1 + (n % uploadsInALife)}\n`)
      await says(/^armed/)
      await Promise.all(
        Array.from({ length: uploadsInALife }, async (_, k) => {
          tried += 1
          const bytes = await jpeg(900 + 10 * n, 600 + k)
          const id = await upload(url, bytes)
          if (id !== null) acknowledged.set(id, createHash('sha256').update(bytes).digest('hex'))
        }),
      )
      expect(await exited).toBe('SIGKILL')
      died.set(step, (died.get(step) ?? 0) + 1)
      await vi.waitFor(async () => expect(await processesWithin(folder)).toEqual([]), 15_000)
    }
    expect(tried).toBe(lives * uploadsInALife)
    expect(died.size).toBe(steps.length)
    expect(acknowledged.size).toBeGreaterThan(lives)

    // What the killed left is finished first: with no time of grace a sweep takes the file of a row that is just being written.
    const finishing = await start()
    await allComplete(finishing.url)
    finishing.child.kill('SIGTERM')
    expect(await finishing.exited).toBe(0)
    const { url, child, exited } = await start('--sweep')
    const all = await allComplete(url)
    const byId = new Map(all.map((image) => [image.id, image]))
    for (const [id, sha256] of acknowledged) {
      const image = byId.get(id)
      expect(image).toMatchObject({ status: 'complete', sha256, errorMessage: null })
      expect(Object.keys(image?.sizes ?? {}).sort()).toEqual([
        'large',
        'medium',
        'original',
        'small',
        'thumbnail',
      ])
    }
    const expected = new Map<string, string>()
    for (const image of all) {
      expected.set(`images/${image.id}/original`, image.sha256)
      const { items } = await get<{ items: { key: string; width: number; height: number }[] }>(
        url,
        `/api/images/${image.id}/renditions`,
      )
      for (const { key, width, height } of items) {
        expected.set(`images/${image.id}/renditions/${key}`, `${width}x${height}`)
      }
    }
    const storage = await openStorage({ url: 'file:', folder: join(folder, 'storage') })
    const keys = async (): Promise<string[]> => {
      const found: string[] = []
      for await (const { key } of storage.list('images/')) found.push(key)
      return found
    }
    await vi.waitFor(async () => expect((await keys()).sort()).toEqual([...expected.keys()].sort()), {
      timeout: 30_000,
      interval: 200,
    })
    for await (const { key } of storage.list('images/')) {
      const chunks = []
      for await (const chunk of await storage.get(key)) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      const { width, height } = await sharp(bytes).metadata()
      const seen = key.endsWith('/original')
        ? createHash('sha256').update(bytes).digest('hex')
        : `${width}x${height}`
      expect([key, seen]).toEqual([key, expected.get(key)])
      // Decoded whole: half a picture would throw.
      await sharp(bytes).stats()
    }
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
  })
})
