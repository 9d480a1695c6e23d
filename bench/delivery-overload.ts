import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mebibytes, quantile } from './figures.ts'
import { type Asked, askAtOnce } from './http2.ts'
import { startProxyingNginx } from './nginx.ts'
import { scriptCommand, startServer, usageOf, watchMemory } from './processes.ts'
import { type Service, startBuiltService } from './service.ts'

const pictures = 200
/** The page's pictures are this wide, and each one pixel wider than the one before. */
const pages = [300, 900]
/** How the queue was bounded before: by places, and ten seconds. */
const byPlaces = { RENDER_QUEUE: '32', RENDER_QUEUE_WAIT_MS: '10000' }

type Routes = Readonly<Record<string, [url: string, init: RequestInit]>>

/**
 * A page of 200 pictures that nobody asked for before, all asked for at once over one HTTP/2 connection to nginx in
 * front, and meanwhile three other routes one after the other. Beside the queue of places, and a handler without any.
 */
export async function measureOverload(photo: Buffer, { folder }: { folder: string }): Promise<void> {
  const file = join(folder, 'overload.jpg')
  await writeFile(file, photo)
  console.log(
    `\nOverload: a page of ${pictures} new pictures of a 24-megapixel JPEG, all at once over HTTP/2`,
  )
  console.log(
    '| width | server | 200 | 503 | other | page whole after s | served p50 s | p99 s | refused p50 ms | p99 ms | CPU s | MiB before | at most |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|')
  const bare = await startServer(scriptCommand('./delivery-peers.ts', 'bare', file))
  try {
    for (const width of pages) {
      const paths = Array.from({ length: pictures }, (_, n) => `/?w=${width + n}&f=webp&q=80`)
      await page('bare sharp handler', width, bare, paths, folder)
    }
  } finally {
    await bare.stop()
  }
  await ofService('Rendition by places', photo, folder, byPlaces)
  const tables = await ofService('Rendition', photo, folder, {})
  for (const table of tables) console.log(table)
}

/** The pages of one service; gives what other routes took meanwhile. */
async function ofService(
  name: string,
  photo: Buffer,
  folder: string,
  env: Record<string, string>,
): Promise<string[]> {
  const service = await startBuiltService({ env })
  try {
    const ids: string[] = []
    for (let n = 0; n < 8; n += 1) ids.push(await service.upload(photo, 'private', `photo-${n}.jpg`))
    const [alone, meanwhile] = [ids.slice(0, 4), ids.slice(4)]
    const others = await routesOf(service, ids[0] ?? '')
    // Compilers and connections.
    for (const [url, init] of Object.values(others)) for (let n = 0; n < 20; n += 1) await ask(url, init)
    const calm = await probing(others, () => new Promise((resolve) => setTimeout(resolve, 2_000)))
    const tables: string[] = []
    for (const width of pages) {
      const pathsOf = async (images: readonly string[]): Promise<string[]> => {
        const urls = Array.from({ length: pictures }, (_, n) =>
          service.signedUrl(images[n % images.length] ?? '', { width: String(width + n), format: 'webp' }),
        )
        return (await Promise.all(urls)).map((url) => url.slice(service.url.length))
      }
      // As the bare handler is asked; then while other routes are, without a pause, which takes half a core.
      await page(`${name}, alone`, width, service, await pathsOf(alone), folder)
      const paths = await pathsOf(meanwhile)
      const busy = await probing(others, () => page(name, width, service, paths, folder))
      tables.push(tableOf(width, busy, calm))
    }
    return tables
  } finally {
    await service.stop()
  }
}

async function routesOf(service: Service, id: string): Promise<Routes> {
  const { authorization } = service
  return {
    '/health': [`${service.url}/health`, {}],
    'a list of images, from the database': [
      `${service.url}/api/images?limit=20`,
      { headers: { authorization } },
    ],
    'a cached rendition': [await service.signedUrl(id, { preset: 'small' }), {}],
  }
}

function tableOf(
  width: number,
  busy: ReadonlyMap<string, readonly number[]>,
  calm: ReadonlyMap<string, readonly number[]>,
): string {
  const rows = [...busy].map(([name, during]) => {
    const before = calm.get(name) ?? []
    const figures = [quantile(during, 0.5), quantile(during, 0.99), Math.max(...during)]
    const quiet = [quantile(before, 0.5), quantile(before, 0.99)]
    return `| ${[name, during.length, ...[...figures, ...quiet].map((ms) => ms.toFixed(1))].join(' | ')} |`
  })
  const head = `| meanwhile at ${width}, ms | asked | p50 | p99 | most | before: p50 | p99 |`
  return ['', head, '|---|---|---|---|---|---|---|', ...rows].join('\n')
}

async function page(
  name: string,
  width: number,
  server: { pid: number; url: string },
  paths: readonly string[],
  folder: string,
): Promise<void> {
  const proxy = await startProxyingNginx(server.url, folder)
  if (proxy === null) throw new Error('nginx is not installed')
  try {
    const before = usageOf(server.pid)
    const watched = watchMemory(server.pid)
    const answers = await askAtOnce(proxy.url, paths)
    const cpu = usageOf(server.pid).cpuMs - before.cpuMs
    print(name, width, answers, cpu, before.memory, watched())
  } finally {
    await proxy.stop()
  }
}

function print(
  name: string,
  width: number,
  answers: readonly Asked[],
  cpuMs: number,
  memory: number,
  most: number,
): void {
  const served = answers.filter(({ status }) => status === 200).map(({ ms }) => ms)
  const refused = answers.filter(({ status }) => status === 503)
  if (refused.some(({ retryAfter }) => retryAfter === null)) throw new Error('a 503 without Retry-After')
  const waits = refused.map(({ ms }) => ms)
  const counts = [served.length, refused.length, answers.length - served.length - refused.length]
  const whole = served.length === answers.length ? (Math.max(...served) / 1000).toFixed(1) : 'never'
  const seconds = [quantile(served, 0.5), quantile(served, 0.99)].map((ms) => (ms / 1000).toFixed(2))
  const quick =
    waits.length === 0 ? ['', ''] : [quantile(waits, 0.5), quantile(waits, 0.99)].map((ms) => ms.toFixed(0))
  const cells = [width, name, ...counts, whole, ...seconds, ...quick, (cpuMs / 1000).toFixed(1)]
  console.log(`| ${[...cells, mebibytes(memory), mebibytes(most)].join(' | ')} |`)
}

async function ask(url: string, init: RequestInit): Promise<{ status: number; ms: number }> {
  const started = performance.now()
  const answer = await fetch(url, init)
  await answer.arrayBuffer()
  return { status: answer.status, ms: performance.now() - started }
}

/** Asks other routes by turns while `work` runs; gives the milliseconds of each route. */
async function probing(routes: Routes, work: () => Promise<void>): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  let running = true
  const probe = async (): Promise<void> => {
    while (running) {
      for (const [name, [url, init]] of Object.entries(routes)) {
        const { status, ms } = await ask(url, init)
        if (status !== 200) throw new Error(`${name} answered ${status}`)
        times.set(name, [...(times.get(name) ?? []), ms])
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const probed = probe()
  try {
    await work()
  } finally {
    running = false
  }
  await probed
  return times
}
