import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { storageFailure } from './failures.ts'
import type { StorageKey } from './key.ts'
import { placeOf, shardMark } from './layout.ts'
import type { StoredObject } from './port.ts'

const segment = /^[a-z0-9_-][a-z0-9._-]*$/

interface Entry {
  /** The key up to here: a whole key, or the beginning of keys when `folder`. */
  key: string
  path: string
  folder: boolean
}

/**
 * Objects whose key begins with `prefix`, in byte order of their keys. Reads one folder at a time; a folder sorts as
 * its name with a slash, since that is how its keys go on (`a-b` < `a/b` < `a0`).
 */
export async function* walk(root: string, prefix: string): AsyncGenerator<StoredObject> {
  const above = prefix.split('/').slice(0, -1)
  if (!above.every((part) => segment.test(part))) return
  // Enter at the deepest folder that the prefix names whole.
  const start = join(root, ...placeOf(above))
  yield* walkFolder({ key: above.map((part) => `${part}/`).join(''), path: start, folder: true }, prefix)
}

async function* walkFolder(folder: Entry, prefix: string): AsyncGenerator<StoredObject> {
  for (const entry of await entriesOf(folder)) {
    if (!entry.key.startsWith(prefix) && !(entry.folder && prefix.startsWith(entry.key))) continue
    if (entry.folder) yield* walkFolder(entry, prefix)
    else yield* describe(entry)
  }
}

async function entriesOf(folder: Entry): Promise<Entry[]> {
  let names: Dirent[]
  try {
    names = await readdir(folder.path, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw storageFailure(error)
  }
  return names
    .flatMap((name) => entryOf(folder, name) ?? [])
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

function entryOf(folder: Entry, entry: Dirent): Entry | undefined {
  const path = join(folder.path, entry.name)
  // Within a shard the names are whole again, so the key does not grow by entering it.
  const base = folder.key.slice(0, folder.key.lastIndexOf('/') + 1)
  if (entry.isDirectory() && entry.name.startsWith(shardMark)) {
    return { key: base + entry.name.slice(shardMark.length), path, folder: true }
  }
  if (!segment.test(entry.name)) return undefined
  if (entry.isDirectory()) return { key: `${base}${entry.name}/`, path, folder: true }
  return entry.isFile() ? { key: base + entry.name, path, folder: false } : undefined
}

async function* describe(entry: Entry): AsyncGenerator<StoredObject> {
  try {
    const info = await lstat(entry.path)
    if (info.isFile()) yield { key: entry.key as StorageKey, size: info.size, modifiedAt: info.mtime }
  } catch (error) {
    // Deleted since the folder was read.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw storageFailure(error)
  }
}
