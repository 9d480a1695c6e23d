/** Read by the page (`state/shared-files.ts`). */
const cacheName = 'rendition-shared'
const mostFiles = 50
const mostBytes = 500 * 1024 ** 2
/** Who has not signed in by then shared it for nobody. */
const waitsMs = 15 * 60_000

/** Takes what another app of this device shares, and opens the page, which asks about it. */
export async function keepShared(request: Request): Promise<Response> {
  const form = await request.formData().catch(() => null)
  const files = (form?.getAll('files') ?? []).filter((value): value is File => value instanceof File)
  await caches.delete(cacheName)
  const cache = await caches.open(cacheName)
  const until = Date.now() + waitsMs
  const write = (note: object) => cache.put('/shared/note', Response.json({ until, ...note }))
  // Another page that opens meanwhile is not to take it for a rest of something.
  await write({ count: null })
  const leftOut: string[] = []
  let bytes = 0
  let count = 0
  let tooMany = 0
  for (const file of files) {
    if (!file.type.startsWith('image/')) {
      leftOut.push(file.name.slice(0, 200))
      continue
    }
    if (count === mostFiles || bytes + file.size > mostBytes) {
      tooMany += 1
      continue
    }
    const headers = { 'content-type': file.type, 'x-name': encodeURIComponent(file.name) }
    try {
      await cache.put(`/shared/${count + 1}`, new Response(file, { headers }))
      bytes += file.size
      count += 1
    } catch {
      // The browser has no room for it.
      tooMany += 1
    }
  }
  // Last: before it what is there is not whole.
  await write({ count, tooMany, leftOut: leftOut.slice(0, mostFiles) })
  return Response.redirect('/', 303)
}

/** Deletes what nobody signed in for; the page that would take it sees to it only where somebody is. */
export async function forgetUntaken(): Promise<void> {
  if (!(await caches.has(cacheName))) return
  const note = await (await caches.open(cacheName)).match('/shared/note')
  if (note !== undefined && Date.now() > ((await note.json()) as { until: number }).until)
    await caches.delete(cacheName)
}
