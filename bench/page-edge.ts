import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Edge {
  url: string
  stop(): Promise<void>
}

const widths = [4, 3, 2, 6, 5, 3, 4]

/** Stands before the service: everything is the service's but the list, which has `total` images where there is one. */
export async function startEdge(service: string, authorization: string, total: number): Promise<Edge> {
  const listed = await fetch(`${service}/api/images?limit=1`, { headers: { authorization } })
  const [image] = (
    (await listed.json()) as { items: { id: string; sizes: Record<string, { url: string }> }[] }
  ).items
  if (image === undefined) throw new Error('upload one image first')
  const shown = image.sizes.small ?? image.sizes.medium
  if (shown === undefined) throw new Error('the image has no sizes')
  const picture = Buffer.from(await (await fetch(new URL(shown.url, service))).arrayBuffer())
  const newest = Date.UTC(2026, 0, 1)

  /** Three hundred a month; no picture has the URL of another, so that none is in the browser's cache. */
  const nth = (n: number) => {
    const id = `01900000-0000-7000-8000-${String(total - n).padStart(12, '0')}`
    const at = new Date(newest - n * 8_640_000).toISOString()
    const own = (size: object) => ({ ...size, url: `${service}/images/${id}?w=${n}` })
    const sizes = Object.fromEntries(Object.entries(image.sizes).map(([name, size]) => [name, own(size)]))
    return {
      ...image,
      id,
      originalName: `photo ${n}`,
      width: (widths[n % 7] ?? 3) * 300,
      height: 900,
      takenAt: at,
      createdAt: at,
      sizes,
    }
  }
  const list = (url: URL, response: ServerResponse) => {
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const to = Math.min(total, from + Number(url.searchParams.get('limit') ?? 60))
    const items = Array.from({ length: to - from }, (_, index) => nth(from + index))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ items, nextCursor: to < total ? String(to) : null }))
  }
  const pass = (asked: IncomingMessage, response: ServerResponse) => {
    const { method, headers, url = '/' } = asked
    const further = request(new URL(url, service), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    further.on('error', () => response.destroy())
    asked.pipe(further)
  }
  const server = createServer((asked, response) => {
    const url = new URL(asked.url ?? '/', 'http://edge')
    if (url.pathname === '/api/images' && asked.method === 'GET') list(url, response)
    else if (url.pathname.startsWith('/images/01900000-')) {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'no-store' }).end(picture)
    } else pass(asked, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
