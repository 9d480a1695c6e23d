import { access, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { openCache } from '../../platform/cache/index.ts'
import { openDataFolder } from '../../platform/data-folder/index.ts'
import { openDatabase } from '../../platform/database/index.ts'
import { openBus } from '../../platform/events/index.ts'
import { openQueue } from '../../platform/queue/index.ts'
import type { Config } from '../../roles/config.ts'
import { paths } from '../paths.ts'
import { type Check, Note } from './check.ts'
import { redact } from './redact.ts'
import { checkStorage } from './storage.ts'

const lowSpace = 2 * 2 ** 30

export function checkDataFolder({ server }: Config): Check {
  const folder = resolve(server.dataDir)
  return {
    name: 'data folder',
    advice: 'Set DATA_DIR to a folder that this user may write, with room for the originals.',
    async look() {
      const there = await nearest(folder)
      const { bavail, bsize } = await statfs(there)
      const free = `${(Number(bavail * bsize) / 2 ** 30).toFixed(1)} GiB free`
      if (there === folder) {
        const opened = await openDataFolder(folder).catch((error: Error) => {
          if (/in use|another process|already/i.test(error.message)) throw new Note(error.message, '')
          throw error
        })
        await opened.release()
      }
      if (bavail * bsize < lowSpace) throw new Note(`only ${free} at ${folder}`)
      return `${folder}${there === folder ? '' : ' will be made'}, ${free}`
    },
  }
}

/** The folder itself or the nearest one above it that exists. */
async function nearest(folder: string): Promise<string> {
  try {
    await access(folder)
    return folder
  } catch (error) {
    const above = dirname(folder)
    if (above === folder) throw error
    return nearest(above)
  }
}

interface Openable {
  check(): Promise<void>
  close(): Promise<void>
}

/** Opens, asks and closes each part. Embedded ones run in `spare`: whether they run here at all is the question. */
export function* checkParts(config: Config, spare: string): Generator<Check> {
  const { databaseUrl, postgresBinaries, storageUrl, queueUrl, cacheUrl } = config.parts
  yield part('database', 'DATABASE_URL', databaseUrl, () =>
    openDatabase({
      url: databaseUrl,
      folder: `${spare}/database`,
      binariesFolder: postgresBinaries,
      migrationsFolder: paths.migrationsFolder,
    }),
  )
  yield checkStorage(storageUrl, `${spare}/storage`)
  yield part('queue', 'QUEUE_URL', queueUrl, () => openQueue({ url: queueUrl }))
  yield part('cache', 'CACHE_URL', cacheUrl, () =>
    openCache({ url: cacheUrl, maxBytes: config.server.cacheBytes }),
  )
  yield part('events', 'CACHE_URL', cacheUrl, () => openBus({ url: cacheUrl }))
}

function part(name: string, variable: string, url: string, open: () => Promise<Openable>): Check {
  return {
    name,
    advice: `${variable} is ${redact(url)}. Is the server up, the address right, the login allowed?`,
    async look() {
      const opened = await open()
      try {
        await opened.check()
        return `${redact(url)} answers`
      } finally {
        await opened.close()
      }
    },
  }
}
