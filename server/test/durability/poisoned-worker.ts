/**
 * The service on a shared database and shared files, with four jobs at a time, that dies by SIGKILL as soon as it
 * renders a picture 666 pixels wide: what a job does that takes its whole worker with it.
 *
 *   poisoned-worker DATABASE_URL FOLDER
 *
 * Renders nothing while there is a file `FOLDER.asking`: whoever asks for jobs is answered before any of them is done.
 * Says `listening PORT`, and at its death `dies`.
 */
import { existsSync, writeSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openCache } from '../../src/platform/cache/index.ts'
import { openDatabase } from '../../src/platform/database/index.ts'
import { openBus } from '../../src/platform/events/index.ts'
import { openQueue } from '../../src/platform/queue/index.ts'
import { openStorage } from '../../src/platform/storage/index.ts'
import { startWorks } from '../works.ts'

const [url = '', folder = ''] = process.argv.slice(2)
const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))
const db = await openDatabase({ url, folder: '', migrationsFolder })
const storage = await openStorage({ url: 'file:', folder })
const queue = await openQueue({ url: 'local:' })
const bus = await openBus({ url: 'memory:' })
const results = await openCache({ url: 'memory:', maxBytes: 2 ** 20 })

/** How many renders are under way: the poison waits for company, to hurt as many others as it can. */
let running = 0
const works = await startWorks(
  { db, storage, queue, bus, results },
  {
    jobs: { leaseMs: 1_000, redispatchMs: 2_000, backoffMs: 20 },
    rendering: (real) => ({
      ...real,
      async render(order, options) {
        running += 1
        try {
          while (existsSync(`${folder}.asking`)) await pause(10)
          if (JSON.stringify(order.outputs).includes('"width":666')) {
            for (let n = 0; n < 20 && running < 4; n += 1) await pause(25)
            writeSync(1, 'dies\n')
            process.kill(process.pid, 'SIGKILL')
          }
          // Long enough to be under way when the poison strikes.
          await pause(300)
          return await real.render(order, options)
        } finally {
          running -= 1
        }
      },
    }),
  },
)
await works.app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`listening ${(works.app.server.address() as AddressInfo).port}\n`)
