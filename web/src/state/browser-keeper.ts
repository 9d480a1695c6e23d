import { openTabs } from './open-tabs.ts'
import type { FolderWish } from './upload.ts'
import type { KeptUpload, UploadKeeper } from './upload-keeper.ts'

/** The browser copies each file: what is more than that is asked for again after a reload, and the page says so before. */
const mostBytes = 2 * 1024 ** 3
const mostFiles = 2_000

const databaseName = 'rendition-uploads'

/** Beside its file, so that a word about it does not write the file anew. */
interface Note {
  id: string
  owner: string
  /** The tab that has it. */
  tab: string
  order: number
  size: number
  url: string | null
  /** Absent in notes of before. */
  folder?: FolderWish | null
  paused: boolean
  /** Absent in notes of before. */
  address?: string | null
}

/**
 * In IndexedDB, which every page has, over plain http too. A connection is open for as long as something is asked: a page
 * with an open one is not kept for Back in every browser.
 */
export function createBrowserKeeper(owner: string): UploadKeeper {
  const tabs = openTabs()
  /** What this tab has, and how many bytes each. */
  const mine = new Map<string, number>()
  let ended = false
  let lastOrder = Date.now()
  // One after another: what is dropped after it was kept is dropped.
  let queue: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(fallback: T, work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work).catch(() => fallback)
    queue = result
    return result
  }
  const leaveIfEmpty = (): void => {
    if (mine.size === 0) tabs.leave()
  }

  return {
    takeOver: () =>
      inTurn([], async () => {
        if (!(await isThere())) return []
        await tabs.enter()
        const taken = await tabs.whileAlone(async (open) => {
          const notes = (await write((notes) => notes.getAll())) as Note[]
          const others = notes.filter((note) => note.owner !== owner).map(({ id }) => id)
          if (others.length > 0) await remove(others)
          const left = notes
            .filter((note) => note.owner === owner && !open.has(note.tab))
            .sort((one, other) => one.order - other.order)
          for (const note of left) await write((notes) => notes.put({ ...note, tab: tabs.id }))
          const files = await Promise.all(left.map(({ id }) => write((_notes, files) => files.get(id))))
          return left.flatMap(({ id, url, folder = null, paused, size, address = null }, n): KeptUpload[] => {
            mine.set(id, size)
            const file = (files[n] as { file?: unknown } | undefined)?.file
            return file instanceof File ? [{ id, url, folder, paused, address, file }] : []
          })
        })
        leaveIfEmpty()
        return ended ? [] : taken
      }),

    keep: ({ id, file, folder, url, paused, address }) =>
      inTurn(false, async () => {
        if (ended) return false
        const bytes = [...mine.values()].reduce((sum, size) => sum + size, file.size)
        if (bytes > mostBytes || mine.size >= mostFiles) return false
        await tabs.enter()
        const order = Math.max(lastOrder + 1, Date.now())
        lastOrder = order
        const { size } = file
        const note: Note = { id, owner, tab: tabs.id, order, size, url, folder, paused, address }
        await write((notes, files) => {
          files.put({ id, owner, file })
          return notes.put(note)
        })
        mine.set(id, size)
        // It ended while the file was written.
        if (ended) await remove([id])
        return !ended
      }),

    change: (id, part) =>
      void inTurn(undefined, async () => {
        const note = (await write((notes) => notes.get(id))) as Note | undefined
        if (note !== undefined && !ended) await write((notes) => notes.put({ ...note, ...part }))
      }),

    drop: (ids) =>
      void inTurn(undefined, async () => {
        const known = ids.filter((id) => mine.delete(id))
        await remove(known)
        leaveIfEmpty()
      }),

    end() {
      ended = true
      tabs.leave()
      // Not behind a file that is being written: at once, and again after it.
      void forgetUploads(null, owner)
      void inTurn(undefined, () => forgetUploads(null, owner))
    },
  }
}

/** Removes what is kept: of one account, or of all but one. */
export async function forgetUploads(allBut: string | null, of: string | null = null): Promise<void> {
  try {
    if (!(await isThere())) return
    const notes = (await write((notes) => notes.getAll())) as Note[]
    const theirs = notes.filter(({ owner }) => (of === null ? owner !== allBut : owner === of))
    await remove(theirs.map(({ id }) => id))
  } catch {
    // The browser refuses to keep anything, then there is nothing.
  }
}

async function remove(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await write((notes, files) => {
    for (const id of ids) files.delete(id)
    return ids.map((id) => notes.delete(id)).at(-1) as IDBRequest
  })
}

/** Asking for it must not make it: a page of somebody who uploads nothing keeps nothing. */
async function isThere(): Promise<boolean> {
  // Firefox before 126 does not say: then it is made, and what others left in it goes.
  if (!('databases' in indexedDB)) return true
  const all = await indexedDB.databases()
  return all.some(({ name }) => name === databaseName)
}

/** One transaction, done when the browser has written it. */
async function write(work: (notes: IDBObjectStore, files: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const database = await open()
  try {
    const transaction = database.transaction(['notes', 'files'], 'readwrite')
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    const request = work(transaction.objectStore('notes'), transaction.objectStore('files'))
    await done
    return request.result
  } finally {
    database.close()
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1)
    request.onupgradeneeded = () => {
      for (const name of ['notes', 'files']) request.result.createObjectStore(name, { keyPath: 'id' })
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('blocked'))
  })
}
