import type { Image, Page } from '@rendition/contract'
import type { GalleryFilter } from './filter.ts'
import type { ImagePages } from './image-cache.ts'
import { keys } from './query-cache.ts'
import { canKeep, type SeenDeps, seenCacheOf, seenInTurn } from './seen.ts'
import { type KeptPicture, picturesBeside, pictureUrlsSeen, readPictures } from './seen-pictures.ts'

/** The first screens of a list. */
const mostImages = 260
const mostLists = 20
/** Written when there was quiet for so long: events come in swarms, and a fling is not to wait for a disk. */
const quietMs = 1_500
const notePath = '/seen/note'
/** Each by itself: 260 images are half a megabyte of JSON, and all lists together made a long task. */
const pathOf = (key: readonly unknown[]): string => `/seen/answers/${encodeURIComponent(JSON.stringify(key))}`

/** An answer of the service as it was. */
interface KeptAnswer {
  at: number
  key: readonly unknown[]
  data: unknown
}

/** What is there. */
interface Note {
  /** What was asked for last stands last. */
  lists: readonly string[]
  pictures: readonly KeptPicture[]
}

const nothing: Note = { lists: [], pictures: [] }

/** What is kept under a key. */
export async function readSeen(
  { userId }: SeenDeps,
  key: readonly unknown[],
): Promise<Pick<KeptAnswer, 'at' | 'data'> | undefined> {
  return seenInTurn(async () => {
    const cache = await openIfThere(userId)
    if (cache === undefined) return undefined
    const found = await readAnswer(cache, pathOf(key))
    if (found !== undefined) return found
    // Single ones are known by the lists.
    const [kind, id] = key
    if (kind === 'albums' && id !== undefined) return itemIn(await readAnswer(cache, pathOf(keys.albums)), id)
    if (kind !== 'image') return undefined
    for (const path of (await readNote(cache)).lists.toReversed()) {
      const item = itemIn(await readAnswer(cache, path), id)
      if (item !== undefined) return item
    }
    return undefined
  })
}

function itemIn(list: KeptAnswer | undefined, id: unknown): Pick<KeptAnswer, 'at' | 'data'> | undefined {
  if (list === undefined) return undefined
  const data = (list.data as Page<{ id: string }>).items.find((item) => item.id === id)
  return data && { at: list.at, data }
}

/** Keeps what the page learns and which pictures it shows, until the account ends. Not what was kept itself. */
export async function keepSeen(deps: SeenDeps, isKept: () => boolean): Promise<void> {
  // By itself: with it this part named every other part that it shares, in the first load (0.4 kB).
  void import('./offline-worker.ts').then(({ startOffline }) => startOffline())
  // Without a worker nobody would ask for it.
  await navigator.serviceWorker.ready
  if (deps.ended.aborted) return
  const changed = new Map<string, KeptAnswer>()
  const pictures = pictureUrlsSeen(deps.ended)
  let timer: ReturnType<typeof setTimeout> | undefined
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const answers = [...changed.values()]
      changed.clear()
      keep(deps, answers, pictures.take()).catch(() => undefined)
    }, quietMs)
  }
  const note = (key: readonly unknown[], data: unknown, at: number): void => {
    const part = isKept() ? undefined : partToKeep(key, data)
    if (part === undefined) return
    changed.set(JSON.stringify(key), { at, key, data: part })
    later()
  }
  const { queries } = deps
  for (const { queryKey, state } of queries.getQueryCache().getAll())
    note(queryKey, state.data, state.dataUpdatedAt)
  const unsubscribe = queries.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return
    note(event.query.queryKey, event.query.state.data, Date.now())
  })
  pictures.subscribe(later)
  deps.ended.addEventListener('abort', () => {
    unsubscribe()
    clearTimeout(timer)
  })
}

/** Images that are no more: out of every list, and their pictures. */
export async function forgetImages(deps: SeenDeps, ids: ReadonlySet<string>): Promise<void> {
  await change(deps, async (note, cache) => {
    for (const { url, image } of note.pictures) if (ids.has(image)) await cache.delete(url)
    for (const path of note.lists) {
      const answer = await readAnswer(cache, path)
      const left = answer && itemsOf(answer).filter(({ id }) => !ids.has(id))
      if (left === undefined || left.length === (answer && itemsOf(answer).length)) continue
      await cache.put(path, Response.json({ ...answer, data: { items: left, nextCursor: null } }))
    }
    return { ...note, pictures: note.pictures.filter(({ image }) => !ids.has(image)) }
  })
}

async function keep(deps: SeenDeps, answers: readonly KeptAnswer[], urls: readonly string[]): Promise<void> {
  const before = await seenInTurn(async () => {
    const cache = await openIfThere(deps.userId)
    return cache === undefined ? nothing : readNote(cache)
  })
  const known = new Set(before.pictures.map(({ url }) => url))
  // Read before anybody is kept waiting.
  const bodies = await readPictures(
    urls.filter((url) => !known.has(url)),
    deps.ended,
  )
  await change(deps, async (note, cache) => {
    for (const answer of answers) await cache.put(pathOf(answer.key), Response.json(answer))
    const fresh = answers.filter(({ key }) => key[0] === 'images').map(({ key }) => pathOf(key))
    const lists = [...note.lists.filter((path) => !fresh.includes(path)), ...fresh]
    const gone = lists.splice(0, Math.max(0, lists.length - mostLists))
    for (const path of gone) await cache.delete(path)
    return { lists, pictures: await picturesBeside(note.pictures, bodies, new Set(urls), cache) }
  })
}

/** Of the answers those that open the page: lists, albums, and whose they are. */
function partToKeep([kind, what]: readonly unknown[], data: unknown): unknown {
  if (data === undefined) return undefined
  if (kind === 'me') return data
  if (kind === 'albums') return what === undefined ? data : undefined
  if (kind !== 'images') return undefined
  const { q, tag, view } = what as GalleryFilter
  // What was searched for is nobody's to find.
  if (q !== '' || tag !== '' || view === 'trash') return undefined
  const items = (data as ImagePages).pages.flatMap((page) => page.items).slice(0, mostImages)
  return { items, nextCursor: null } satisfies Page<Image>
}

const itemsOf = ({ data }: KeptAnswer): readonly Image[] => (data as Page<Image>).items

/**
 * Under the lock, and only as the account whose session is stored: forgetting comes after the session has gone. Nor where
 * the worker was ended by the service: a tab that was open then would keep everything anew, and nobody would forget it.
 */
async function change(deps: SeenDeps, work: (note: Note, cache: Cache) => Promise<Note>): Promise<void> {
  if (!canKeep()) return
  await seenInTurn(async () => {
    if (deps.ended.aborted || !deps.isCurrent()) return
    if ((await navigator.serviceWorker.getRegistration()) === undefined) return
    const cache = await caches.open(seenCacheOf(deps.userId))
    await cache.put(notePath, Response.json(await work(await readNote(cache), cache)))
  })
}

/** Opening would make it. */
async function openIfThere(userId: string): Promise<Cache | undefined> {
  const name = seenCacheOf(userId)
  return (await caches.has(name)) ? caches.open(name) : undefined
}

async function readNote(cache: Cache): Promise<Note> {
  const answer = await cache.match(notePath)
  return answer === undefined ? nothing : ((await answer.json()) as Note)
}

async function readAnswer(cache: Cache, path: string): Promise<KeptAnswer | undefined> {
  return (await cache.match(path))?.json() as Promise<KeptAnswer> | undefined
}
