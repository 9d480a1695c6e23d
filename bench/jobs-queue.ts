import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ImageMetadata } from '@rendition/contract'
import sharp from 'sharp'
import { uuidv7 } from 'uuidv7'
import { loadConfig } from '../server/src/platform/config/load.ts'
import type { Principal } from '../server/src/platform/http/principal.ts'
import { createLogger } from '../server/src/platform/telemetry/logger.ts'
import type { Rendering, RenderOrder, RenderResult } from '../server/src/rendering/port.ts'
import { configSchema } from '../server/src/roles/config.ts'
import { openParts } from '../server/src/roles/parts.ts'
import { createRooms } from '../server/src/roles/rooms.ts'
import { startWorker } from '../server/src/worker/index.ts'
import { watchDatabase } from '../server/test/scale/watched-database.ts'
import { usageOf } from './processes.ts'
import { photo } from './two-megapixels.ts'
import { untilWorkedOff } from './worked-off.ts'

const nothingSaid: ImageMetadata = {
  takenAt: null,
  camera: null,
  lens: null,
  exposure: null,
  title: null,
  description: null,
  creator: null,
  credit: null,
  copyright: null,
  rating: null,
  keywords: [],
  contentCredentials: false,
  place: null,
}

/** Rendering that costs nothing, so that what is left is the queue. */
async function stubRendering(): Promise<Rendering> {
  const data = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#468' } })
    .jpeg()
    .toBuffer()
  const probe = {
    format: 'jpeg',
    contentType: 'image/jpeg',
    width: 1732,
    height: 1155,
    orientation: 1,
    frames: 1,
    hasAlpha: false,
  } as const
  return {
    probe: async () => probe,
    render: async (order: RenderOrder, { sink }): Promise<RenderResult> => {
      const outputs = order.outputs.map(({ name }) => ({
        name,
        data,
        width: 8,
        height: 8,
        format: 'jpeg' as const,
        contentType: 'image/jpeg',
        frames: 1,
        notes: [],
      }))
      for (const output of outputs) sink?.made(output)
      return {
        outputs,
        source: null,
        placeholder: { thumbhash: 'AAAA', color: '#446688', palette: ['#446688'], look: null },
      }
    },
    turn: async () => ({ leave: () => {} }),
    clean: async () => [],
    cleaningRules: 1,
    judge: async () => ({ probe, metadata: nothingSaid }),
    describe: async () => {
      throw new Error('nothing is read here')
    },
    metadataRules: 1,
    lookRules: 1,
    paletteOf: () => [],
    faces: async () => [],
    faceDetector: null,
    load: () => ({ running: 0, waiting: 0, megapixels: 0, expectedWaitMs: 0, refused: 0 }),
    close: async () => undefined,
  }
}

/** Asks for `count` small jobs and works them off; prints both rates. */
export async function measureQueue(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
  const config = loadConfig(configSchema, { DATA_DIR: folder, WORKER_CONCURRENCY: '16' }, () => '')
  const log = createLogger('silent')
  const opened = await openParts(config, join(import.meta.dirname, '../server/migrations'), log)
  const { db, statements } = watchDatabase(opened.db, { explain: false })
  const parts = { ...opened, db }
  const rooms = await createRooms(
    config,
    parts,
    'http://127.0.0.1',
    log,
    { version: '0', settings: [], changelogFile: null },
    await stubRendering(),
  )
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
    await parts.db.query(
      `insert into users (id, username, username_key, password_hash, role, created_at, updated_at)
       values ($1, 'bench', 'bench', '', 'user', now(), now())`,
      [principal.userId],
    )
    const session = await rooms.images.uploads.open(principal, new AbortController().signal)
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
    const before = {
      cpuMs: usageOf(process.pid).cpuMs,
      own: process.cpuUsage(),
      statements: statements.length,
    }
    begun = performance.now()
    const { book, images } = rooms
    const worker = await startWorker({
      ...parts,
      book,
      ...images.work,
      holder: randomUUID(),
      config: config.worker,
      log,
    })
    await untilWorkedOff(opened.db)
    const seconds = (performance.now() - begun) / 1000
    const each = (total: number): string => (total / count).toFixed(1)
    const own = process.cpuUsage(before.own)
    console.log(
      `  worked off  ${count} jobs: ${(count / seconds).toFixed(0)} /s, ` +
        `${each(usageOf(process.pid).cpuMs - before.cpuMs)} ms of processor time each, the database's included ` +
        `(${each((own.user + own.system) / 1000)} of this process), ` +
        `${each(statements.length - before.statements)} statements each`,
    )
    // What failed was worked off as well, and cost less.
    const [failed] = await parts.db.query<{ n: number }>(
      `select count(*)::int as n from jobs where type = 'transform' and status <> 'complete'`,
    )
    if (failed?.n !== 0) throw new Error(`${failed?.n} of them did not complete`)
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
