import type { ChosenFile } from '../state/upload.ts'

/** Files of a drop, folders opened. Must be called while the drop event lives; reading goes on after it. */
export function filesOfDrop(transfer: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry())
  if (entries.every((entry) => entry === null)) {
    return Promise.resolve([...transfer.files].map((file) => ({ file, path: file.name })))
  }
  return filesOf(entries)
}

async function filesOf(entries: readonly (FileSystemEntry | null)[]): Promise<ChosenFile[]> {
  const found = await Promise.all(entries.map((entry) => (entry === null ? [] : filesOfEntry(entry))))
  return found.flat()
}

async function filesOfEntry(entry: FileSystemEntry): Promise<ChosenFile[]> {
  // Folders are full of `.DS_Store` and the like, which nobody meant to upload.
  if (entry.name.startsWith('.')) return []
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return [{ file, path: entry.fullPath.replace(/^\/+/, '') }]
  }
  return isFolder(entry) ? filesOf(await childrenOf(entry)) : []
}

/** A reader gives at most 100 entries at a time, and none when it has given all. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return children
    children.push(...some)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

/** Whether there are folders to ask about. */
export const cameInFolders = (files: readonly ChosenFile[]): boolean =>
  files.some(({ path }) => path.includes('/'))
