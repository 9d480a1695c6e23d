/**
 * The service on embedded parts, in a process that can be told to kill itself at a step of an upload or a job.
 *
 *   doomed-service FOLDER [--sweep | --unsynced files|database]
 *
 * Says `listening PORT`. A line `die STEP N` on stdin makes it end with SIGKILL the Nth time it reaches STEP from
 * then on; it answers `armed`. With --sweep, blobs without rows count as orphans at once, and are looked for at once. With
 * --unsynced, that part never reaches the disk by itself: a test of power cuts must see it.
 */
import { mkdir, open, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openFolderCache } from '../../src/platform/cache/index.ts'
import { openDataFolder } from '../../src/platform/data-folder/index.ts'
import { openDatabase } from '../../src/platform/database/index.ts'
import { findServerBinaries } from '../../src/platform/database/server-binaries.ts'
import { openBus } from '../../src/platform/events/index.ts'
import { silentLog } from '../../src/platform/log.ts'
import { openQueue } from '../../src/platform/queue/index.ts'
import { openStorage } from '../../src/platform/storage/index.ts'
import { startWorks } from '../works.ts'

const [path = '', mode, part] = process.argv.slice(2)
const unsynced = mode === '--unsynced' ? part : undefined
if (unsynced === 'files') await stopSyncing()
const binariesFolder = unsynced === 'database' ? await carelessServer() : undefined
const folder = await openDataFolder(path)
const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))
const db = await openDatabase({
  url: 'embedded:',
  folder: folder.database,
  migrationsFolder,
  binariesFolder,
})
await db.migrate()
const storage = await openStorage({ url: 'file:', folder: folder.storage })
const queue = await openQueue({ url: 'local:' })
const bus = await openBus({ url: 'memory:' })
const results = await openFolderCache({
  folder: folder.results,
  maxBytes: 2 ** 26,
  hasRoom: async () => true,
  log: silentLog,
})

let doom: { step: string; left: number } | null = null
const onStep = (step: string): void => {
  if (doom?.step !== step) return
  doom.left -= 1
  if (doom.left === 0) process.kill(process.pid, 'SIGKILL')
}
const works = await startWorks(
  { db, storage, queue, bus, results },
  { onStep, ...(mode === '--sweep' ? { images: { orphanGraceMs: 0, orphanSweepMs: 100 } } : {}) },
)
await works.app.listen({ host: '127.0.0.1', port: 0 })
const stopSweeps = works.images.upkeep.start()
process.stdout.write(`listening ${(works.app.server.address() as AddressInfo).port}\n`)

createInterface({ input: process.stdin }).on('line', (line) => {
  const [, step = '', times = '1'] = line.split(' ')
  doom = { step, left: Number(times) }
  process.stdout.write('armed\n')
})
process.once('SIGTERM', async () => {
  await works.stop()
  await stopSweeps()
  await queue.close()
  await bus.close()
  await results.close()
  await storage.close()
  await db.close()
  await folder.release()
  process.exit(0)
})

/** Every file is written as before, and none is synced. */
async function stopSyncing(): Promise<void> {
  const handle = await open('/dev/null')
  Object.getPrototypeOf(handle).sync = async () => {}
  await handle.close()
}

/** The real server behind a script that turns its syncing off: our own settings come last and cannot be overridden. */
async function carelessServer(): Promise<string> {
  const real = (await findServerBinaries({ linksFolder: path })).folder
  const careless = join(path, 'careless')
  await mkdir(careless, { recursive: true })
  const script = (words: string) => `#!/bin/bash\nexec ${real}/${words}\n`
  await writeFile(join(careless, 'initdb'), script('initdb "$@"'), { mode: 0o755 })
  await writeFile(join(careless, 'postgres'), script(`postgres "\${@/fsync=on/fsync=off}"`), { mode: 0o755 })
  return careless
}
