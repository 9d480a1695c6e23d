// @module-tag slow/load
import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, createApi } from './api.ts'
import { jpeg } from './pictures.ts'
import { usageOf, watchMemory } from './process-usage.ts'
import { createRequests, type Reply, type Requests } from './requests.ts'
import { type Service, startService } from './service.ts'
import { type Inner, ladder, type SoakImage, soak } from './soak.ts'
import { unlimited } from './unlimited.ts'

/** 12 s here; `npm run soak` takes ten minutes. */
const soakSeconds = Number(process.env.SOAK_SECONDS ?? 12)
const long = soakSeconds >= 300
const mebibyte = 1024 ** 2
/** Of the service and its render processes, while 200 clients ask for 24-megapixel originals: docs/delivery.md. */
const overloadBound = 768 * mebibyte

let service: Service
let api: Api
let requests: Requests
let bearer: Record<string, string>
const ids: string[] = []
let handlesAtRest = 0

describe.skipIf(process.platform !== 'linux')('under load', () => {
  beforeAll(async () => {
    service = await startService({
      own: true,
      // Small, so that both levels are full and evict long before the end.
      env: {
        ...unlimited,
        DELIVERY_AVIF: 'later',
        DELIVERY_MEMORY_BYTES: `${8 * mebibyte}`,
        DELIVERY_STORAGE_BYTES: `${4 * mebibyte}`,
        // So that most machines have more to do than they can in time.
        RENDER_QUEUE_WAIT_MS: '10000',
      },
    })
    const anyone = createApi(service.baseUrl)
    api = anyone.as((await anyone.register()).accessToken)
    bearer = { authorization: `Bearer ${api.accessToken}` }
    requests = createRequests(service.baseUrl)
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 }
    const coarse = sharp({ create: { width: 300, height: 200, channels: 3, background: 'grey', noise } })
    const large = await sharp(await coarse.png().toBuffer())
      .resize(6000, 4000, { kernel: 'cubic' })
      .jpeg()
      .toBuffer()
    ids.push((await api.picture(large)).id, (await api.picture(large, 'same.jpg')).id)
    handlesAtRest = usageOf(service.pid).handles
  })
  afterAll(async () => {
    requests?.close()
    await service?.stop()
  })
  const renders = async (): Promise<string[]> => {
    const { bytes } = await api.get('/metrics')
    return bytes.toString().match(/^rendition_renders_(?:running|waiting) \d+$/gm) ?? []
  }
  const inner = async (): Promise<Inner> => {
    const text = (await api.get('/metrics')).bytes.toString()
    const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
    return {
      heapUsed: value('nodejs_heap_size_used_bytes'),
      heapTotal: value('nodejs_heap_size_total_bytes'),
      external: value('nodejs_external_memory_bytes'),
    }
  }
  const restful = ['rendition_renders_running 0', 'rendition_renders_waiting 0']

  it('200 misses of 24 megapixels at once are all answered, in bounded memory, and hold nobody else up', async () => {
    const hot = `/images/${ids[0]}?preset=small`
    await requests.ask(hot, { headers: bearer })
    const others = ['/health', '/api/images?limit=5', hot]
    const meanwhile: Reply[] = []
    let flooding = true
    const probing = (async () => {
      for (let n = 0; flooding; n += 1) {
        const reply = await requests.ask(others[n % others.length] ?? '', { headers: bearer })
        if (reply !== null && flooding) meanwhile.push(reply)
      }
    })()
    const memory = watchMemory(service.pid)
    const started = performance.now()
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        requests.ask(`/images/${ids[n % ids.length]}?width=${1700 + n}`, { headers: bearer }),
      ),
    )
    const took = performance.now() - started
    flooding = false
    await probing
    const most = memory()

    const statuses = new Map<number, number>()
    for (const answer of answers) {
      statuses.set(answer?.status ?? 0, (statuses.get(answer?.status ?? 0) ?? 0) + 1)
      if (answer?.status === 503) expect(Number(answer.retryAfter)).toBeGreaterThan(0)
    }
    expect(statuses.get(200)).toBeGreaterThan(0)
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect(most).toBeLessThan(overloadBound)
    expect(meanwhile.filter(({ status }) => status !== 200)).toEqual([])
    // However slow the machine: they did not wait for the misses.
    expect(meanwhile.length).toBeGreaterThan(20)
    expect(Math.max(...meanwhile.map(({ ms }) => ms))).toBeLessThan(took / 2)
  })

  it('clients that went away leave no work behind', async () => {
    const left = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        requests.ask(`/images/${ids[n % ids.length]}?width=${2000 + n}`, {
          headers: bearer,
          leaveAfterMs: 30,
        }),
      ),
    )
    expect(left.filter((answer) => answer === null).length).toBeGreaterThan(0)
    await expect.poll(renders).toEqual(restful)
    expect((await requests.ask(`/images/${ids[0]}?width=2200`, { headers: bearer }))?.status).toBe(200)
  })

  it(`mixed requests for ${soakSeconds} s leave memory flat, and neither handles nor files behind`, {
    timeout: (soakSeconds + 240) * 1000,
  }, async () => {
    const images: SoakImage[] = []
    for (let n = 0; n < 4; n += 1) {
      const bytes = n === 0 ? await jpeg(3200, 2200) : await jpeg(900 + n * 300, 800)
      const image = await api.picture(bytes, `soak-${n}.jpg`, { visibility: 'public' })
      images.push({ id: image.id, size: bytes.length })
    }
    const atLeast = soakSeconds * 10
    const report = await soak({
      requests,
      pid: service.pid,
      images,
      bearer,
      seconds: soakSeconds,
      atLeast,
      inner,
    })
    process.stdout.write(`${report.text}\n`)
    expect(report.unexpected).toEqual([])
    expect(report.asked).toBeGreaterThanOrEqual(atLeast)
    expect(report.most).toBeLessThan(overloadBound)
    if (long) expect(report.late).toBeLessThan(report.middle * 1.1 + 16 * mebibyte)

    await expect.poll(renders).toEqual(restful)
    // What a busy machine refused for a while is there for whoever asks after it.
    for (const { id } of images)
      for (const width of ladder) {
        const path = `/images/${id}?width=${width}`
        expect((await requests.ask(path))?.status, path).toBe(200)
      }
    requests.close()
    // Some more for the pipes to a second render process.
    await expect
      .poll(() => usageOf(service.pid).handles, { timeout: 30_000 })
      .toBeLessThanOrEqual(handlesAtRest + 12)
    // Every stored rendition has its row and every row its bytes; nothing half-written lies about.
    await expect
      .poll(leftovers, { timeout: 90_000, interval: 500 })
      .toEqual({ files: [], rows: [], drafts: [] })
  })

  async function leftovers(): Promise<Record<'files' | 'rows' | 'drafts', string[]>> {
    const names = await readdir(service.dataDir, { recursive: true })
    const stored = new Set(
      names.filter((name) => /\/renditions\/[^/]+$/.test(name)).map((name) => basename(name)),
    )
    const rows = new Set(await ledgerKeys())
    return {
      files: [...stored].filter((key) => !rows.has(key)),
      rows: [...rows].filter((key) => !stored.has(key)),
      drafts: names.filter((name) => /\.drafts\/./.test(name)),
    }
  }

  async function ledgerKeys(): Promise<string[]> {
    const { body } = await api.get<{ items: { id: string }[] }>('/api/images?limit=50')
    const keys: string[] = []
    for (const { id } of body.items) {
      const answer = await api.get<{ items: { key: string }[] }>(`/api/images/${id}/renditions`)
      keys.push(...answer.body.items.map(({ key }) => key))
    }
    return keys.sort()
  }
})
