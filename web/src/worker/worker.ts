import { openPage, type Page } from './page.ts'
import { forgetUntaken, keepShared } from './shared.ts'

/** What is called so is ours to delete. */
const ours = 'rendition-'
const shells = `${ours}shell-`
/** Tabs of builds before go on by them. */
const shellsKept = 3

/** One file of the build; the digest where its name is not its content. */
interface ShellFile {
  path: string
  integrity?: string
}

/** Put in by the build (`web/shell-of-build.ts`). */
declare const __SHELL__: { build: string; files: readonly ShellFile[] }
declare const self: ServiceWorkerGlobalScope

const { build, files } = __SHELL__
const shell = `${shells}${build}`
const page: Page = openPage(shell)

self.addEventListener('install', (event) => {
  event.waitUntil(install())
})
self.addEventListener('activate', (event) => {
  event.waitUntil(activate())
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (request.method === 'POST' && url.pathname === '/share') return event.respondWith(keepShared(request))
    if (request.method !== 'GET' || /^\/(?:api|images|docs)(?:\/|$)/.test(url.pathname)) return
    const answer = page.answer(request)
    event.respondWith(answer)
    return event.waitUntil(answer.then(endIfRevoked, () => undefined).then(forgetUntaken))
  }
  if (request.method !== 'GET') return
  if (url.pathname.startsWith('/assets/')) event.respondWith(ofBuild(request))
  else if (url.pathname.startsWith('/seen/')) event.respondWith(seenPicture(url))
  else if (files.some(({ path }) => path === url.pathname)) event.respondWith(ofNetwork(request))
})

/** All files of this build, or none: one of another build has another name, or another digest. */
async function install(): Promise<void> {
  const cache = await caches.open(shell)
  try {
    // Some at a time: a phone's line is wanted for photos as well.
    for (let at = 0; at < files.length; at += 8)
      await Promise.all(files.slice(at, at + 8).map((file) => keep(cache, file)))
  } catch (error) {
    await caches.delete(shell)
    throw error
  }
  await self.skipWaiting()
}

async function keep(cache: Cache, { path, integrity }: ShellFile): Promise<void> {
  const request = new Request(path, integrity === undefined ? {} : { integrity, cache: 'no-cache' })
  const answer = await fetch(request)
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  await cache.put(path, answer)
}

async function activate(): Promise<void> {
  // Whoever has it from an earlier build: what is not answered here, such as a download, was asked for twice by it.
  await self.registration.navigationPreload?.disable()
  // In the order in which they were made.
  const old = (await caches.keys()).filter((name) => name.startsWith(shells) && name !== shell)
  for (const name of old.slice(0, Math.max(0, old.length - (shellsKept - 1)))) await caches.delete(name)
}

/** A name that is its content: the same in whichever build. */
async function ofBuild(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request)
}

async function ofNetwork(request: Request): Promise<Response> {
  return fetch(request).catch(async (error: unknown) => {
    const kept = await (await caches.open(shell)).match(request)
    if (kept === undefined) throw error
    return kept
  })
}

/** `/seen/<account>/images/…`: a picture as this account has seen it, in that size or another. */
async function seenPicture(url: URL): Promise<Response> {
  const [, account, path] = /^\/seen\/([\w-]+)(\/images\/.+)$/.exec(url.pathname) ?? []
  const name = `${ours}seen-${account}`
  // Opening would make it.
  if (path === undefined || !(await caches.has(name))) return Response.error()
  const cache = await caches.open(name)
  const kept =
    (await cache.match(`${path}${url.search}`)) ?? (await cache.match(path, { ignoreSearch: true }))
  return kept ?? Response.error()
}

/** A service that no longer has this worker is rid of it, and this browser of what it kept. */
async function endIfRevoked(): Promise<void> {
  const answer = await fetch(self.location.href, { cache: 'no-cache' }).catch(() => null)
  if (answer === null || ![404, 410].includes(answer.status)) return
  // First, so that the next page does it where this is killed.
  await forgetAll()
  await self.registration.unregister()
  // Behind tabs that were writing meanwhile; under this lock they see that there is no worker (`state/seen-store.ts`).
  await self.navigator.locks.request('rendition-seen', forgetAll)
}

async function forgetAll(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(ours)) await caches.delete(name)
}
