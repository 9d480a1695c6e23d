import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cache, openCache } from '../src/platform/cache/index.ts'
import { type Bus, openBus } from '../src/platform/events/index.ts'
import type { Principal } from '../src/platform/http/principal.ts'
import { openQueue, type Queue } from '../src/platform/queue/index.ts'
import { openStorage, type Storage } from '../src/platform/storage/index.ts'
import type { Rendering } from '../src/rendering/index.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { newUser, startEngine, startWorks, type User, type Works, type WorksOptions } from './works.ts'

export interface Workshop extends Works {
  database: TestDatabase
  storage: Storage
  queue: Queue
  bus: Bus
  results: Cache
  folder: string
  /** A caller; `headers` makes a request be theirs. */
  user(role?: Principal['role']): User
  close(): Promise<void>
}

/** Half a second of processor is a start of a render process: one pair serves all files, and ends with their process. */
let engine: Rendering | undefined

/** Works on a database and files of their own. */
export async function openWorkshop(options: WorksOptions = {}): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-workshop-'))
  const database = await testDatabase({ poolSize: 10 })
  const storage = await openStorage({ url: 'file:', folder })
  const queue = await openQueue({ url: 'local:', retryPauseMs: 50 })
  const bus = await openBus({ url: 'memory:' })
  const results = await openCache({ url: 'memory:', maxBytes: 2 ** 26 })
  engine ??= startEngine()
  const works = await startWorks({ db: database.db, storage, queue, bus, results }, { engine, ...options })
  return {
    ...works,
    database,
    storage,
    queue,
    bus,
    results,
    folder,
    user: newUser,
    async close() {
      await works.stop()
      await queue.close()
      await bus.close()
      await storage.close()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
