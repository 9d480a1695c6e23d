import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { uuidv7 } from 'uuidv7'
import { loadConfig } from '../server/src/platform/config/load.ts'
import type { Principal } from '../server/src/platform/http/principal.ts'
import { createLogger } from '../server/src/platform/telemetry/logger.ts'
import { configSchema } from '../server/src/roles/config.ts'
import { openParts } from '../server/src/roles/parts.ts'
import { closeRooms, createRooms } from '../server/src/roles/rooms.ts'
import { startWorker } from '../server/src/worker/index.ts'
import { watchDatabase } from '../server/test/scale/watched-database.ts'
import { photo } from './two-megapixels.ts'
import { untilWorkedOff } from './worked-off.ts'

/** Uploads `count` photos, then lets `workers` workers with a render process each make their renditions. */
export async function measureWorkers(workers: number, count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
  const environment = { DATA_DIR: folder, RENDER_PROCESSES: '1', WORKER_CONCURRENCY: '2' }
  const config = loadConfig(configSchema, environment, () => '')
  const log = createLogger('silent')
  const opened = await openParts(config, join(import.meta.dirname, '../server/migrations'), log)
  const { db, statements } = watchDatabase(opened.db, { explain: false })
  const parts = { ...opened, db }
  const about = { version: '0', settings: [], changelogFile: null }
  const rooms = await createRooms(config, parts, 'http://127.0.0.1', log, about)
  const stopJobs = await rooms.jobs.start()
  try {
    const photos = await Promise.all([1, 2, 3, 4].map(photo))
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
    for (let at = 0; at < count; at += 1) {
      const session = await rooms.images.uploads.open(principal, new AbortController().signal)
      await session.receive(`${at}.jpg`, Readable.from([photos[at % photos.length] as Buffer]))
      await session.finish({ visibility: 'private', tags: [], webhookUrl: null })
      await session.close()
    }
    const crew = await Promise.all(
      Array.from({ length: workers }, () => createRooms(config, parts, 'http://127.0.0.1', log, about)),
    )
    const begun = performance.now()
    const busyBefore = busyMs()
    const started = await Promise.all(
      crew.map(({ book, images }) =>
        startWorker({ ...parts, book, ...images.work, holder: randomUUID(), config: config.worker, log }),
      ),
    )
    await untilWorkedOff(opened.db)
    const seconds = (performance.now() - begun) / 1000
    const cores = (busyMs() - busyBefore) / 1000 / seconds
    const claims = statements
      .filter(({ text }) => text.includes("update jobs j set status = 'processing'"))
      .map(({ ms }) => ms)
      .sort((a, b) => a - b)
    console.log(
      `  ${workers} worker${workers === 1 ? ' ' : 's'}  ${(count / seconds).toFixed(1).padStart(5)} images/s   ${cores.toFixed(1)} cores busy   ` +
        `claim p50 ${(claims[Math.floor(claims.length / 2)] ?? Number.NaN).toFixed(2)} ms   ` +
        `${(statements.length / count).toFixed(0)} statements an image, upload and relay included`,
    )
    await Promise.all(started.map((worker) => worker.stop(5_000)))
    for (const member of crew) await closeRooms(member)
  } finally {
    await stopJobs()
    await rooms.jobs.close()
    await rooms.notify.close()
    await rooms.rendering.close()
    await rooms.auth.close()
    await parts.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What all cores of the machine have worked since it started. */
const busyMs = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
