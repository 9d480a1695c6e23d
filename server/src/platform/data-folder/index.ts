import { chmod, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createFolderDurably, writeFileDurably } from '../storage/durable.ts'
import { FolderInUse, lockFolder } from './lock.ts'

export {
  createSecrets,
  loadSecrets,
  parseSecrets,
  type RingKey,
  type Secrets,
  type SigningKey,
} from './secrets.ts'

/** The version of the folder's own layout, raised when a start must convert it. */
const layoutVersion = 1
const markerSchema = z.object({ product: z.literal('rendition'), layout: z.int().positive() })

/** The folder in which one installation keeps everything that is not elsewhere; held while open. */
export interface DataFolder {
  /** False for a guest: the folder is held by the process of a running service. */
  readonly held: boolean
  readonly path: string
  /** For an embedded database. */
  readonly database: string
  /** For `file:` storage with what grows in it, and for drafts on their way to another one. */
  readonly storage: string
  /** For results that are kept for their time, where no cache service keeps them. */
  readonly results: string
  release(): Promise<void>
}

/**
 * Opens or creates the data folder, mode 0700, for this process alone. Throws a message for people when another
 * process has it (by pid), when it was made by a newer version, or when it is a folder of something else.
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  await createFolderDurably(folder)
  const path = await realpath(folder)
  if (((await stat(path)).mode & 0o077) !== 0) {
    await refuseForeign(path)
    await chmod(path, 0o700)
  }
  const lock = await lockFolder(path)
  try {
    await mark(path)
    return contents(path, true, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

/**
 * As `openDataFolder`, but where a running service holds the folder, a guest in it: for commands beside the service.
 * What needs the folder alone asks `held`.
 */
export async function visitDataFolder(folder: string): Promise<DataFolder> {
  try {
    return await openDataFolder(folder)
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    const path = await realpath(folder)
    await mark(path)
    return contents(path, false, async () => {})
  }
}

const contents = (path: string, held: boolean, release: () => Promise<void>): DataFolder => ({
  held,
  path,
  database: join(path, 'database'),
  storage: join(path, 'storage'),
  results: join(path, 'results'),
  release,
})

const markerFile = 'rendition.json'

async function mark(path: string): Promise<void> {
  const file = join(path, markerFile)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) {
    await refuseForeign(path)
    await writeFileDurably(file, `${JSON.stringify({ product: 'rendition', layout: layoutVersion })}\n`)
    return
  }
  const marker = markerSchema.safeParse(JSON.parse(text))
  if (!marker.success) throw new Error(`${file} is not the marker of a data folder of Rendition.`)
  if (marker.data.layout > layoutVersion) {
    throw new Error(
      `The data folder ${path} was used by a newer version of Rendition (layout ${marker.data.layout}, this ` +
        `version knows ${layoutVersion}). Start that version again, or restore an older copy of the folder.`,
    )
  }
}

/** A mistyped DATA_DIR must not turn somebody's home into ours. */
async function refuseForeign(path: string): Promise<void> {
  const names = await readdir(path)
  if (names.includes(markerFile)) return
  const foreign = names.filter(
    (name) => !['lock', 'lost+found'].includes(name) && !name.startsWith(`.${markerFile}`),
  )
  if (foreign.length > 0) {
    throw new Error(
      `The folder ${path} holds other things (${foreign.slice(0, 3).join(', ')}) and is no data folder of Rendition. ` +
        'Choose an empty or a new one (DATA_DIR).',
    )
  }
}
