import type { Image, Page } from '@rendition/contract'
import type { GalleryFilter } from './filter.ts'
import type { ImagePages } from './image-cache.ts'
import { canKeep, type SeenDeps, seenCacheOf, seenInTurn } from './seen.ts'
import { type KeptPicture, picturesBeside, pictureUrlsSeen, readPictures } from './seen-pictures.ts'

/** The first screens of a list. */
const mostImages = 260
const mostLists = 20
/** Between a change and its note: events come in swarms. */
const settleMs = 1_500
const notePath = '/seen/note'

/** An answer of the service as it was. */
interface KeptAnswer {
  at: number
  key: readonly unknown[]
  data: unknown
}

/** All that is kept of an account beside the pictures: one entry, so that it is of one moment. */
interface Note {
  answers: Record<string, KeptAnswer>
  pictures: readonly KeptPicture[]
}

const nothing: Note = { answers: {}, pictures: [] }

/** What is kept under a key. */
export async function readSeen(
  { userId }: SeenDeps,
  key: readonly unknown[],
): Promise<KeptAnswer | undefined> {
  const { answers } = await seenInTurn(() => readNote(userId))
  const found = answers[JSON.stringify(key)]
  if (found !== undefined || key[0] !== 'image') return found
  // A single image is known by the lists.
  for (const answer of Object.values(answers)) {
    const image = itemsOf(answer)?.find(({ id }) => id === key[1])
    if (image !== undefined) return { ...answer, data: image }
  }
  return undefined
}

/** Keeps what the page learns and which pictures it shows, until the account ends. Not what was kept itself. */
export async function keepSeen(deps: SeenDeps, isKept: () => boolean): Promise<void> {
  // Without a worker nobody would ask for it.
  await navigator.serviceWorker.ready
  if (deps.ended.aborted) return
  const changed = new Map<string, KeptAnswer>()
  const pictures = pictureUrlsSeen(deps.ended)
  let timer: ReturnType<typeof setTimeout> | undefined
  const later = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      const answers = [...changed.values()]
      changed.clear()
      keep(deps, answers, pictures.take()).catch(() => undefined)
    }, settleMs)
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
    const gone = note.pictures.filter(({ image }) => ids.has(image))
    for (const { url } of gone) await cache.delete(url)
    const answers = Object.entries(note.answers).map(([name, answer]): [string, KeptAnswer] => {
      const items = itemsOf(answer)
      const left = items?.filter(({ id }) => !ids.has(id))
      return [name, left === undefined ? answer : { ...answer, data: { items: left, nextCursor: null } }]
    })
    return {
      answers: Object.fromEntries(answers),
      pictures: note.pictures.filter(({ image }) => !ids.has(image)),
    }
  })
}

async function keep(deps: SeenDeps, answers: readonly KeptAnswer[], urls: readonly string[]): Promise<void> {
  const known = new Set((await seenInTurn(() => readNote(deps.userId))).pictures.map(({ url }) => url))
  // Read before anybody is kept waiting.
  const bodies = await readPictures(
    urls.filter((url) => !known.has(url)),
    deps.ended,
  )
  await change(deps, async (note, cache) => {
    const all = { ...note.answers }
    for (const answer of answers) all[JSON.stringify(answer.key)] = answer
    const lists = Object.entries(all)
      .filter(([, answer]) => itemsOf(answer) !== undefined)
      .sort(([, one], [, other]) => other.at - one.at)
    for (const [name] of lists.slice(mostLists)) delete all[name]
    return { answers: all, pictures: await picturesBeside(note.pictures, bodies, new Set(urls), cache) }
  })
}

/** Of the answers those that open the page: lists, albums, and whose they are. */
function partToKeep([kind, what]: readonly unknown[], data: unknown): unknown {
  if (data === undefined) return undefined
  if (kind === 'me') return data
  if (kind === 'albums') return what === 'of' ? undefined : data
  if (kind !== 'images') return undefined
  const { q, tag, view } = what as GalleryFilter
  // What was searched for is nobody's to find.
  if (q !== '' || tag !== '' || view === 'trash') return undefined
  const items = (data as ImagePages).pages.flatMap((page) => page.items).slice(0, mostImages)
  return { items, nextCursor: null } satisfies Page<Image>
}

function itemsOf({ key, data }: KeptAnswer): readonly Image[] | undefined {
  return key[0] === 'images' ? (data as Page<Image>).items : undefined
}

/** Under the lock, and only as the account whose session is stored: forgetting comes after the session has gone. */
async function change(deps: SeenDeps, work: (note: Note, cache: Cache) => Promise<Note>): Promise<void> {
  if (!canKeep()) return
  await seenInTurn(async () => {
    if (deps.ended.aborted || !deps.isCurrent()) return
    const cache = await caches.open(seenCacheOf(deps.userId))
    await cache.put(notePath, Response.json(await work(await readNote(deps.userId), cache)))
  })
}

async function readNote(userId: string): Promise<Note> {
  const name = seenCacheOf(userId)
  // Opening would make it.
  if (!(await caches.has(name))) return nothing
  const answer = await (await caches.open(name)).match(notePath)
  return answer === undefined ? nothing : ((await answer.json()) as Note)
}
