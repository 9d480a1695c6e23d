import { type ChosenFile, isArchive } from '../state/upload.ts'

/** What could be read of a drop. */
interface Dropped {
  files: readonly ChosenFile[]
  /** How many files and folders could not: moved away meanwhile, or not this user's to read. */
  unread: number
}

/** Files of a drop, folders opened. Must be called while the drop event lives; reading goes on after it. */
export function filesOfDrop(transfer: Pick<DataTransfer, 'items' | 'files'>): Promise<Dropped> {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry())
  if (entries.every((entry) => entry === null)) {
    const files = [...transfer.files].map((file) => ({ file, path: file.name }))
    return Promise.resolve({ files, unread: 0 })
  }
  return filesOf(entries)
}

const nothing: Dropped = { files: [], unread: 0 }
const unreadable: Dropped = { files: [], unread: 1 }

async function filesOf(entries: readonly (FileSystemEntry | null)[]): Promise<Dropped> {
  const found = await Promise.all(entries.map((entry) => (entry === null ? nothing : filesOfEntry(entry))))
  return joined(found)
}

const joined = (found: readonly Dropped[]): Dropped => ({
  files: found.flatMap(({ files }) => files),
  unread: found.reduce((sum, { unread }) => sum + unread, 0),
})

/** Folders are full of `.DS_Store` and the like, which nobody meant to upload. */
const isHidden = (name: string): boolean => name.startsWith('.')

/** Files of a folder that was chosen in the system's dialog, with their paths from it on. */
export function filesOfFolderChoice(files: Iterable<File>): ChosenFile[] {
  const chosen = [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }))
  return chosen.filter(({ path }) => !path.split('/').some(isHidden))
}

async function filesOfEntry(entry: FileSystemEntry): Promise<Dropped> {
  if (isHidden(entry.name)) return nothing
  if (isFolder(entry)) return filesOfFolder(entry)
  if (!isFile(entry)) return nothing
  try {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return { files: [{ file, path: entry.fullPath.replace(/^\/+/, '') }], unread: 0 }
  } catch {
    return unreadable
  }
}

/** A reader gives at most 100 entries at a time, and none when it has given all. What it gave before it failed is taken. */
async function filesOfFolder(folder: FileSystemDirectoryEntry): Promise<Dropped> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  try {
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      )
      if (some.length === 0) return filesOf(children)
      children.push(...some)
    }
  } catch {
    return joined([await filesOf(children), unreadable])
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

/** Whether there are folders to ask about: what is in an archive may have some. */
export const cameInFolders = (files: readonly ChosenFile[]): boolean =>
  files.some(({ file, path }) => path.includes('/') || isArchive(file))
