import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { mebibytes, median, quantile } from './figures.ts'
import { startFilteringNginx } from './nginx.ts'
import { scriptCommand, startServer, usageOf, watchMemory } from './processes.ts'
import { type Service, startBuiltService } from './service.ts'
import { lumaFrom, ssim } from './ssim.ts'

interface Server {
  name: string
  pid: number
  /** Formats it can make of a JPEG. */
  formats: readonly string[]
  /** The nth request that no cache has seen. */
  url(n: number, width: number, format: string): string | Promise<string>
}

interface Row {
  name: string
  rate: number
  /** Milliseconds of processor time a request. */
  cpu: number
  /** The same, spent when the answers were out: on storing them. */
  later: number
  times: number[]
  memory: number
}

const both = ['webp', 'jpeg']
const images = 4
const qualityOf = (n: number): number => 70 + (Math.floor(n / images) % 21)

/** Small renditions of a stored original that nobody asked for before, beside servers that resize for each request. */
export async function measureCold(
  photo: Buffer,
  { folder, requests }: { folder: string; requests: number },
): Promise<void> {
  const file = join(folder, 'photo.jpg')
  await writeFile(file, photo)
  const service = await startBuiltService()
  const stops: (() => Promise<void>)[] = [() => service.stop()]
  try {
    const ids: string[] = []
    for (let n = 0; n < images; n += 1) ids.push(await service.upload(photo, 'private', `photo-${n}.jpg`))
    const first: number[] = []
    for (const id of ids) first.push(await firstTime(service, id))
    const servers: Server[] = [
      {
        name: 'Rendition, whole service',
        pid: service.pid,
        formats: both,
        // As pages ask: by a signed URL, without a credential.
        url: (n, width, format) =>
          service.signedUrl(ids[n % ids.length] ?? '', {
            width: String(width),
            format,
            quality: String(qualityOf(n)),
          }),
      },
    ]
    for (const [kind, name] of [
      ['bare', 'bare sharp handler'],
      ['ipx', 'ipx 3.1.1'],
    ] as const) {
      const peer = await startServer(scriptCommand('./delivery-peers.ts', kind, file))
      stops.push(peer.stop)
      const url: Server['url'] = (n, width, format) => `${peer.url}/?w=${width}&f=${format}&q=${qualityOf(n)}`
      servers.push({ name, pid: peer.pid, formats: both, url })
    }
    const nginx = await startFilteringNginx(file, folder)
    if (nginx === null) console.log('nginx image_filter: not installed, left out')
    else {
      stops.push(nginx.stop)
      const url: Server['url'] = (n, width) => `${nginx.url}?w=${width}&q=${qualityOf(n)}`
      servers.push({ name: 'nginx image_filter', pid: nginx.pid, formats: ['jpeg'], url })
    }
    const { width = 0, height = 0 } = await sharp(photo).metadata()
    console.log(
      `\nCold: ${width} × ${height}, ${mebibytes(photo.length)} MiB, four requests at a time, ${requests} different ones by turns. First of an image: ${median(first).toFixed(0)} ms.`,
    )
    console.log(
      '| to | server | requests/s | of bare | CPU ms/request | bare ÷ this, CPU | CPU ms later | p50 ms | p99 ms | MiB |',
    )
    console.log('|---|---|---|---|---|---|---|---|---|---|')
    // Compilers, and as many render processes as there will be.
    for (const server of servers) await askAll(server, await urlsOf(server, 290, server.formats[0] ?? '', 48))
    for (const [to, format] of [
      [300, 'webp'],
      [300, 'jpeg'],
      [800, 'webp'],
      [800, 'jpeg'],
    ] as const) {
      const rows: Row[] = []
      for (const server of servers) {
        if (server.formats.includes(format)) rows.push(await rowOf(server, to, format, requests))
      }
      print(rows, `${to} ${format}`)
    }
    await likeness(service, ids[0] ?? '', photo)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** Milliseconds of the very first small rendition of an image, which has its levels made as well. */
async function firstTime(service: Service, id: string): Promise<number> {
  const { authorization } = service
  const started = performance.now()
  const answer = await fetch(`${service.url}/images/${id}?width=299`, { headers: { authorization } })
  await answer.arrayBuffer()
  return performance.now() - started
}

/** Addresses of different pictures, made before the clock runs. */
async function urlsOf(server: Server, width: number, format: string, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => server.url(n, width, format)))
}

/** Four clients ask for all of them, once each; gives the milliseconds of each. */
async function askAll(server: Server, urls: readonly string[]): Promise<number[]> {
  const times: number[] = []
  let next = 0
  const client = async (): Promise<void> => {
    for (let url = urls[next++]; url !== undefined; url = urls[next++]) {
      const asked = performance.now()
      const answer = await fetch(url)
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`${server.name}: ${answer.status}`)
      if (answer.headers.get('cache-status')?.includes('hit')) throw new Error('not cold')
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: 4 }, client))
  return times
}

async function rowOf(server: Server, width: number, format: string, requests: number): Promise<Row> {
  const urls = await urlsOf(server, width, format, requests)
  const watched = watchMemory(server.pid)
  const before = usageOf(server.pid).cpuMs
  const started = performance.now()
  const times = await askAll(server, urls)
  const elapsed = performance.now() - started
  const spent = usageOf(server.pid).cpuMs
  const cpu = (spent - before) / requests
  // So that nobody pays for the one before, either.
  const later = ((await quietCpu(server.pid)) - spent) / requests
  return { name: server.name, rate: (requests * 1000) / elapsed, cpu, later, times, memory: watched() }
}

/** Waits until a server does next to nothing; gives the milliseconds of processor time it has used by then. */
async function quietCpu(pid: number): Promise<number> {
  for (let last = usageOf(pid).cpuMs; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const { cpuMs } = usageOf(pid)
    if (cpuMs - last < 50) return cpuMs
    last = cpuMs
  }
}

function print(rows: readonly Row[], to: string): void {
  const bare = rows.find(({ name }) => name.startsWith('bare'))
  for (const { name, rate, cpu, later, times, memory } of rows) {
    const cells = [
      to,
      name,
      rate.toFixed(1),
      (rate / (bare?.rate ?? 1)).toFixed(1),
      cpu.toFixed(0),
      ((bare?.cpu ?? 0) / cpu).toFixed(1),
      later.toFixed(0),
      quantile(times, 0.5).toFixed(0),
      quantile(times, 0.99).toFixed(0),
      mebibytes(memory),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

/** Pixels before encoding: asked as PNG, against a resize of the original that is as fine as ours, and sharp's own. */
async function likeness(service: Service, id: string, photo: Buffer): Promise<void> {
  const { authorization } = service
  for (const width of [300, 480, 640, 800]) {
    const answer = await fetch(`${service.url}/images/${id}?width=${width}&format=png`, {
      headers: { authorization },
    })
    const ours = await lumaFrom(sharp(Buffer.from(await answer.arrayBuffer())))
    const size = { width: ours.width, height: ours.height, fit: 'fill' as const }
    const fine = await lumaFrom(
      sharp(photo)
        .autoOrient()
        .resize({ ...size, fastShrinkOnLoad: false }),
    )
    const fast = await lumaFrom(sharp(photo).autoOrient().resize(size))
    console.log(
      `SSIM at ${width}: ${ssim(ours, fine).toFixed(4)} against the direct rendition, ${ssim(ours, fast).toFixed(4)} against sharp's default`,
    )
  }
}
