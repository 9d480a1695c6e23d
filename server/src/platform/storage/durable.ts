import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

interface FolderSync {
  /** Began before whoever asks now: what was renamed since may not be in it. */
  running: Promise<void>
  /** Begins when that one has ended, for all who ask until then. */
  next: Promise<void> | null
}
const folderSyncs = new Map<string, FolderSync>()

/**
 * Makes the names in a folder survive a power cut: a synced file is lost when its entry is not. Those that ask while a sync
 * of the same folder is under way share the next one.
 */
export function syncFolder(path: string): Promise<void> {
  const known = folderSyncs.get(path)
  if (known === undefined) return begin(path)
  known.next ??= known.running.catch(() => {}).then(() => begin(path))
  return known.next
}

function begin(path: string): Promise<void> {
  const sync: FolderSync = { running: syncNow(path), next: null }
  folderSyncs.set(path, sync)
  const ended = (): void => {
    // Whoever waits for the next has taken the place, or takes it in this turn of the loop.
    if (sync.next === null && folderSyncs.get(path) === sync) folderSyncs.delete(path)
  }
  sync.running.then(ended, ended)
  return sync.running
}

async function syncNow(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Creates a folder and what is missing above it, each entry synced into its parent. */
export async function createFolderDurably(path: string, mode = 0o700): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode })
  if (first === undefined) return
  const top = dirname(first)
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    await syncFolder(folder)
    if (folder === top) return
  }
}

/**
 * Writes a whole small file, mode 0600: under a temporary name first, synced, renamed, its folder synced. A reader
 * sees the old bytes or the new ones; when this resolves they survive a power cut.
 */
export async function writeFileDurably(path: string, data: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  const handle = await open(temporary, 'wx', 0o600)
  try {
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  }
  await syncFolder(folder)
}
