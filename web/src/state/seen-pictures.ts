/** A picture of the cache. What was seen last stands last. */
export interface KeptPicture {
  /** Path and query. */
  url: string
  image: string
  bytes: number
  at: number
}

/** A picture on its way there. */
interface PictureBody {
  kept: KeptPicture
  body: Blob
}

const mostBytes = 64 * 1024 ** 2
const mostPictures = 3_000
const keptMs = 30 * 24 * 3_600_000
/** One picture of this size says more about the original than about what was seen. */
const mostBytesOfOne = 8 * 1024 ** 2
/** Of a fling through thousands the last are kept. */
const mostWaiting = 120
/** As Chromium asks for an `<img>`, so that the browser's cache has the answer. */
const accept = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'

/** Hears which of the service's pictures are shown. */
export function pictureUrlsSeen(ended: AbortSignal) {
  const waiting = new Set<string>()
  const listeners = new Set<() => void>()
  const add = (target: EventTarget | null): void => {
    if (!(target instanceof HTMLImageElement) || window.location.pathname.startsWith('/s/')) return
    const { origin, pathname, search } = new URL(target.currentSrc || target.src, window.location.origin)
    if (origin !== window.location.origin || !pathname.startsWith('/images/')) return
    const url = pathname + search
    waiting.delete(url)
    waiting.add(url)
    for (const oldest of waiting) if (waiting.size > mostWaiting) waiting.delete(oldest)
    for (const listener of listeners) listener()
  }
  for (const image of document.images) if (image.complete && image.naturalWidth > 0) add(image)
  // It does not go up from where it happens.
  document.addEventListener('load', ({ target }) => add(target), { capture: true, signal: ended })
  return {
    take(): string[] {
      const all = [...waiting]
      waiting.clear()
      return all
    },
    subscribe(listener: () => void) {
      listeners.add(listener)
      if (waiting.size > 0) listener()
    },
  }
}

/** Reads them out of the browser's cache, a few at a time. What may not be kept, or does not come, is left out. */
export async function readPictures(urls: readonly string[], ended: AbortSignal): Promise<PictureBody[]> {
  const bodies: PictureBody[] = []
  for (const url of urls) {
    try {
      const answer = await fetch(url, { cache: 'force-cache', signal: ended, headers: { accept } })
      if (
        !answer.ok ||
        answer.redirected ||
        /no-(?:store|cache)/.test(answer.headers.get('cache-control') ?? '')
      )
        continue
      const body = await answer.blob()
      const image = url.split(/[/?]/)[2] ?? ''
      if (body.size <= mostBytesOfOne)
        bodies.push({ body, kept: { url, image, bytes: body.size, at: Date.now() } })
    } catch {
      // The next time it is seen, perhaps.
    }
  }
  return bodies
}

/** Puts new ones beside those that are there, what was seen now behind the others; the oldest go, where it becomes too much. */
export async function picturesBeside(
  before: readonly KeptPicture[],
  added: readonly PictureBody[],
  seen: ReadonlySet<string>,
  cache: Cache,
  now = Date.now(),
): Promise<readonly KeptPicture[]> {
  const fresh = new Set(added.map(({ kept }) => kept.url))
  const others = before.filter(({ url }) => !fresh.has(url))
  const { left, gone } = withinBounds(
    [
      ...others.filter(({ url }) => !seen.has(url)),
      ...others.filter(({ url }) => seen.has(url)).map((picture) => ({ ...picture, at: now })),
      ...added.map(({ kept }) => kept),
    ],
    now,
  )
  const going = new Set(gone.map(({ url }) => url))
  for (const url of going) await cache.delete(url)
  for (const { body, kept } of added)
    if (!going.has(kept.url))
      await cache.put(kept.url, new Response(body, { headers: { 'content-type': body.type } }))
  return left
}

/** The last that fit: 64 MB, 3,000 pictures, 30 days. */
export function withinBounds(
  pictures: readonly KeptPicture[],
  now: number,
): { left: readonly KeptPicture[]; gone: readonly KeptPicture[] } {
  let bytes = 0
  let first = pictures.length
  for (const [back, { bytes: more, at }] of pictures.toReversed().entries()) {
    bytes += more
    if (bytes > mostBytes || back === mostPictures || now - at >= keptMs) break
    first = pictures.length - 1 - back
  }
  return { left: pictures.slice(first), gone: pictures.slice(0, first) }
}
