import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../src/platform/config/load.ts'
import { settingsOf } from '../src/platform/config/settings.ts'
import type { Database } from '../src/platform/database/index.ts'
import { createApp } from '../src/platform/http/app.ts'
import { registerHealth } from '../src/platform/http/health.ts'
import type { Rights } from '../src/platform/http/rights.ts'
import type { Storage } from '../src/platform/storage/index.ts'
import { createLogger } from '../src/platform/telemetry/logger.ts'
import { createMetrics } from '../src/platform/telemetry/metrics.ts'
import { configSchema } from '../src/roles/config.ts'
import { openFront } from '../src/roles/front.ts'
import { openParts, type Parts } from '../src/roles/parts.ts'
import { closeRooms, createRooms, type Rooms } from '../src/roles/rooms.ts'
import { registerRoles } from '../src/roles/routes.ts'
import { startWork } from '../src/roles/start-work.ts'
import { testDatabase } from './database.ts'

/** A route as it was registered. */
export interface KnownRoute {
  method: string
  url: string
  rights: Rights | undefined
  schema: {
    querystring?: unknown
    params?: unknown
    body?: unknown
    consumes?: readonly string[] | undefined
  }
}

/** Every room and the gateway behind one port, on a database and a folder of their own: what `serve` runs. */
export interface WholeHouse {
  url: string
  /** What is registered, without the routes of files and pages (those with a wildcard, and below `/docs`). */
  routes: readonly KnownRoute[]
  rooms: Rooms
  parts: Parts
  /** A pool of its own, which nothing stands before. */
  database: Database
  close(): Promise<void>
}

export interface HouseOptions {
  env?: Record<string, string>
  /** Stands between the rooms and their database or files. */
  wrap?: (parts: { db: Database; storage: Storage }) => { db: Database; storage: Storage }
}

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export async function openWholeHouse({ env = {}, wrap }: HouseOptions = {}): Promise<WholeHouse> {
  const closers: (() => Promise<unknown>)[] = []
  const folder = await mkdtemp(join(tmpdir(), 'rendition-house-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const database = await testDatabase()
  closers.push(() => database.close())
  const environment = { DATABASE_URL: database.url, DATA_DIR: folder, OUTBOUND_ALLOW: '127.0.0.0/8', ...env }
  const config = loadConfig(configSchema, environment, () => '')
  const log = createLogger((process.env.TEST_LOG ?? 'silent') as 'silent')
  const opened = await openParts(config, local('../migrations'), log)
  closers.push(() => opened.close())
  const parts: Parts = { ...opened, ...wrap?.(opened) }

  const publicUrl = 'http://pictures.test'
  const rooms = await createRooms(config, parts, publicUrl, log, {
    version: '0',
    settings: settingsOf(configSchema, environment, () => ''),
    changelogFile: local('../../CHANGELOG.md'),
  })
  closers.push(() => closeRooms(rooms))

  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  const files = { webRoot: folder, openApiFile: local('../../docs/openapi.json') }
  const front = await openFront(config, publicUrl, files, log)
  closers.push(() => front.close())
  const app = createApp({
    log,
    requestTimeoutMs: 60_000,
    authenticate: rooms.auth.authenticate,
    judgeAddress: rooms.outbound.judge,
    trustProxy: true,
    fastPath: rooms.delivery.handleHot,
    ...front.appOptions,
  })
  const routes: KnownRoute[] = []
  app.addHook('onRoute', ({ method, url, config, schema = {} }) => {
    if (url.includes('*') || url.startsWith('/docs')) return
    for (const one of [method].flat()) routes.push({ method: one, url, rights: config?.rights, schema })
  })
  const metrics = createMetrics({ processMetrics: false })
  registerHealth(app, { version: '0', metrics, stopping: () => false, parts: {} })
  await front.prepare(app)
  await registerRoles(app, config.server.roles, rooms, config)
  await front.mount(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  closers.push(async () => {
    await rooms.notify.close()
    await front.endStreams()
    await app.close()
  })

  closers.push(...(await startWork(config, rooms, parts, log)))
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    routes,
    rooms,
    parts,
    database: database.db,
    async close() {
      for (const close of closers.reverse()) await close()
    },
  }
}
