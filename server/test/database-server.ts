import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { type EmbeddedServer, startEmbeddedServer } from '../src/platform/database/embedded.ts'
import { openDatabase } from '../src/platform/database/index.ts'
import { silentLog } from '../src/platform/log.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Port of this machine where a test file asks for a database, see `database.ts`. */
    testDatabasePort: number
  }
}

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))
const template = 'rendition_template'

/**
 * Vitest global set-up: one PostgreSQL server for the whole run, started when the first test asks. A test file keeps
 * one connection open here for each database it has; when that closes, however the file ended, the database goes.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const databases = createDatabases()
  const open = new Set<Promise<void>>()
  const sockets = new Set<Socket>()
  const broker = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const life = lend(databases, socket, closed).finally(() => {
      open.delete(life)
      sockets.delete(socket)
    })
    open.add(life)
  })
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  const address = broker.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  project.provide('testDatabasePort', address.port)
  return async () => {
    broker.close()
    for (const socket of sockets) socket.destroy()
    await Promise.allSettled(open)
    await databases.stop()
  }
}

async function lend(databases: Databases, socket: Socket, closed: Promise<void>): Promise<void> {
  try {
    const { url, drop } = await databases.create()
    if (!socket.destroyed) socket.write(`${JSON.stringify({ url })}\n`)
    await closed
    await drop()
  } catch (error) {
    if (!socket.destroyed) socket.end(`${JSON.stringify({ error: String(error) })}\n`)
  }
}

interface Databases {
  create(): Promise<{ url: string; drop: () => Promise<void> }>
  stop(): Promise<void>
}

interface Running {
  server: EmbeddedServer
  folder: string
  run: (sql: string) => Promise<void>
  close: () => Promise<void>
}

function createDatabases(): Databases {
  let running: Promise<Running> | undefined
  let count = 0
  // One at a time: PostgreSQL refuses to copy a template that somebody else is in.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }
  return {
    create: () =>
      inTurn(async () => {
        running ??= start()
        const { server, run } = await running
        count += 1
        const name = `test_${count}`
        await run(`create database ${name} template ${template}`)
        return {
          url: urlOf(server, name),
          drop: () => inTurn(() => run(`drop database if exists ${name} with (force)`)),
        }
      }),
    stop: async () => {
      const started = await running?.catch(() => undefined)
      if (started === undefined) return
      await started.close()
      await started.server.stop()
      await rm(started.folder, { recursive: true, force: true })
    },
  }
}

const urlOf = (server: EmbeddedServer, name: string): string =>
  `postgres://postgres@/${name}?host=${encodeURIComponent(server.socketFolder)}`

async function start(): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-test-'))
  try {
    const server = await startEmbeddedServer({
      folder: join(folder, 'db'),
      maxConnections: 200,
      log: silentLog,
    })
    const open = (name: string) =>
      openDatabase({ url: urlOf(server, name), folder, migrationsFolder, poolSize: 1 })
    const admin = await open('postgres')
    // Tests want answers, not durability; what is about syncing starts a server of its own.
    await admin.query('alter role postgres set synchronous_commit = off')
    await admin.query(`create database ${template}`)
    const db = await open(template)
    await db.migrate()
    await db.close()
    return {
      server,
      folder,
      run: async (sql) => void (await admin.query(sql)),
      close: () => admin.close(),
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}
