/**
 * Jobs: how many small ones the embedded queue carries, and how soon an uploader hears of the end.
 *
 *   npx tsx --conditions=source bench/jobs.ts [--jobs 2000] [--levels 1,10,100] [--only queue|latency]
 *
 * The first part replaces rendering by a stub that gives one ready picture, so that it measures the queue: claim,
 * lease, result, ledger, events. The second part is the whole service in a process of its own: 2-megapixel photos are
 * uploaded and the time from the answer to the `complete` event is measured, beside a client that asks every 2 s.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { uuidv7 } from 'uuidv7'
import { WebSocket } from 'ws'
import { loadConfig } from '../server/src/platform/config/load.ts'
import type { Principal } from '../server/src/platform/http/principal.ts'
import { createLogger } from '../server/src/platform/telemetry/logger.ts'
import type { Rendering, RenderOrder, RenderResult } from '../server/src/rendering/port.ts'
import { configSchema } from '../server/src/roles/config.ts'
import { openParts } from '../server/src/roles/parts.ts'
import { createRooms } from '../server/src/roles/rooms.ts'
import { startWorker } from '../server/src/worker/index.ts'

const { values: args } = parseArgs({
  options: {
    jobs: { type: 'string', default: '2000' },
    levels: { type: 'string', default: '1,10,100' },
    only: { type: 'string' },
  },
})

const percentile = (times: readonly number[], p: number): number => {
  const sorted = [...times].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}
const ms = (value: number): string => `${value.toFixed(0)} ms`

/** Detail at every scale, as a camera gives it: noise on top of a gradient. */
async function photo(seed: number): Promise<Buffer> {
  const [width, height] = [1732, 1155]
  const noise = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 120 + (seed % 20), sigma: 30 },
    },
  })
    .blur(1.2)
    .png()
    .toBuffer()
  return sharp(noise).jpeg({ quality: 85 }).toBuffer()
}

/** Rendering that costs nothing, so that what is left is the queue. */
async function stubRendering(): Promise<Rendering> {
  const data = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#468' } })
    .jpeg()
    .toBuffer()
  return {
    probe: async () => ({
      format: 'jpeg',
      contentType: 'image/jpeg',
      width: 1732,
      height: 1155,
      orientation: 1,
      frames: 1,
      hasAlpha: false,
    }),
    render: async (order: RenderOrder): Promise<RenderResult> => ({
      outputs: order.outputs.map(({ name }) => ({
        name,
        data,
        width: 8,
        height: 8,
        format: 'jpeg',
        contentType: 'image/jpeg',
        frames: 1,
        notes: [],
      })),
      placeholder: { thumbhash: 'AAAA', color: '#446688' },
    }),
    load: () => ({ running: 0, waiting: 0, megapixels: 0 }),
    close: async () => undefined,
  }
}

async function measureQueue(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
  const config = loadConfig(configSchema, { DATA_DIR: folder, WORKER_CONCURRENCY: '16' }, () => '')
  const log = createLogger('silent')
  const parts = await openParts(config, join(import.meta.dirname, '../server/migrations'), log)
  const rooms = await createRooms(config, parts, 'http://127.0.0.1', log, await stubRendering())
  const stopJobs = await rooms.jobs.start()
  try {
    const principal: Principal = {
      userId: uuidv7(),
      role: 'user',
      email: null,
      username: 'bench',
      scopes: new Set(['images:read', 'images:write', 'jobs:read', 'jobs:write']),
      sessionId: null,
      keyId: null,
      expiresAt: null,
    }
    const session = await rooms.images.openUpload(principal, new AbortController().signal)
    await session.receive('bench.jpg', Readable.from([await photo(1)]))
    const answer = await session.finish({ visibility: 'private', tags: [], webhookUrl: null })
    await session.close()
    if (!('one' in answer)) throw new Error('the upload was not one image')
    const uploaded = answer.one.id
    const ask = (width: number) =>
      rooms.jobs.request(principal, {
        imageIds: [uploaded],
        type: 'transform',
        transform: { width },
        saveImage: false,
        priority: 'bulk',
        batch: false,
      })
    let begun = performance.now()
    for (let width = 1; width <= count; width += 20) {
      await Promise.all(Array.from({ length: Math.min(20, count - width + 1) }, (_, at) => ask(width + at)))
    }
    console.log(
      `  asked for   ${count} jobs: ${((count / (performance.now() - begun)) * 1000).toFixed(0)} /s`,
    )
    begun = performance.now()
    const worker = await startWorker({
      ...parts,
      ...rooms,
      config: config.worker,
      resultTtlMs: config.images.resultTtlMs,
      log,
    })
    for (;;) {
      const [row] = await parts.db.query<{ left: number }>(
        `select count(*) as left from jobs where status in ('pending', 'processing')`,
      )
      if (row?.left === 0) break
      await pause(50)
    }
    console.log(
      `  worked off  ${count} jobs: ${((count / (performance.now() - begun)) * 1000).toFixed(0)} /s`,
    )
    await worker.stop(5_000)
  } finally {
    await stopJobs()
    await rooms.jobs.close()
    await rooms.notify.close()
    await rooms.auth.close()
    await parts.close()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Service {
  url: string
  stop(): Promise<void>
}

async function startService(): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
  const entry = join(import.meta.dirname, '../server/bin/rendition.js')
  const child = spawn(process.execPath, [entry, 'serve'], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      const found = /answers on (\S+)/.exec(text)
      if (found?.[1] !== undefined) resolve(found[1])
    })
    void exited.then(() => reject(new Error('the service ended; build it first: npm run build')))
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'bench', password: 'bench bench' }),
  })
  return ((await response.json()) as { accessToken: string }).accessToken
}

/** Uploads `count` photos at once; gives when each was answered. */
async function uploadAll(
  url: string,
  token: string,
  photos: readonly Buffer[],
  count: number,
): Promise<Map<string, number>> {
  const answered = new Map<string, number>()
  await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const form = new FormData()
      form.set('image', new Blob([photos[at % photos.length] as Buffer]), `${at}.jpg`)
      const response = await fetch(`${url}/api/images`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: form,
      })
      if (response.status !== 201)
        throw new Error(`upload answered ${response.status}: ${await response.text()}`)
      answered.set(((await response.json()) as { id: string }).id, performance.now())
    }),
  )
  return answered
}

async function byEvents(
  url: string,
  token: string,
  photos: readonly Buffer[],
  count: number,
): Promise<number[]> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events`)
  const complete = new Map<string, number>()
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => socket.send(JSON.stringify({ type: 'auth', token })))
    socket.on('message', (data) => {
      const event = JSON.parse(String(data)) as { type: string; data: { id: string } }
      if (event.type === 'ready') resolve()
      if (event.type === 'image.complete') complete.set(event.data.id, performance.now())
    })
  })
  const answered = await uploadAll(url, token, photos, count)
  while (![...answered.keys()].every((id) => complete.has(id))) await pause(5)
  socket.close()
  return [...answered].map(([id, at]) => Math.max(0, (complete.get(id) ?? 0) - at))
}

async function byPolling(
  url: string,
  token: string,
  photos: readonly Buffer[],
  count: number,
): Promise<number[]> {
  const answered = await uploadAll(url, token, photos, count)
  return Promise.all(
    [...answered].map(async ([id, at]) => {
      for (;;) {
        await pause(2_000)
        const response = await fetch(`${url}/api/images/${id}/status`, {
          headers: { authorization: `Bearer ${token}` },
        })
        if (((await response.json()) as { status: string }).status === 'complete')
          return performance.now() - at
      }
    }),
  )
}

async function measureLatency(levels: readonly number[]): Promise<void> {
  const photos = await Promise.all([1, 2, 3, 4].map(photo))
  const service = await startService()
  try {
    const token = await signIn(service.url)
    // The first upload starts the render processes.
    await byEvents(service.url, token, photos, 2)
    for (const level of levels) {
      const events = await byEvents(service.url, token, photos, level)
      const polling = await byPolling(service.url, token, photos, level)
      const line = (times: readonly number[]): string =>
        `p50 ${ms(percentile(times, 0.5)).padStart(8)}   p99 ${ms(percentile(times, 0.99)).padStart(8)}`
      console.log(
        `  ${String(level).padStart(3)} at once   event ${line(events)}   2 s poller ${line(polling)}`,
      )
    }
  } finally {
    await service.stop()
  }
}

if (args.only !== 'latency') {
  console.log('Small jobs through the embedded queue, rendering replaced by a stub')
  await measureQueue(Number(args.jobs))
}
if (args.only !== 'queue') {
  console.log('From the answer to an upload of a 2 MP photo to its complete event')
  await measureLatency(args.levels.split(',').map(Number))
}
