import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { mebibytes, median, quantile } from './figures.ts'
import { startFilteringNginx } from './nginx.ts'
import { ipxCommand } from './peers/install.ts'
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

const all = ['webp', 'jpeg', 'avif'] as const
/** Bare sharp and ipx take seconds for each AVIF: few of them, and none larger than this. */
const avifs = { requests: 4, widest: 900 }
const images = 4
const qualityOf = (n: number, format: string): number =>
  (format === 'avif' ? 45 : 70) + (Math.floor(n / images) % 21)

/** Bands of the widths that pages ask for; one width of each is drawn, so that nothing is made for those measured. */
const bands = [
  [64, 200],
  [201, 420],
  [421, 640],
  [641, 866],
  [867, 1100],
  [1101, 1400],
  [1401, 2048],
] as const

/** The same numbers for the same seed: mulberry32. */
function drawing(seed: number): (least: number, most: number) => number {
  let state = seed >>> 0
  return (least, most) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return least + (((mixed ^ (mixed >>> 14)) >>> 0) % (most - least + 1))
  }
}

/** Renditions of a stored original that nobody asked for before, beside servers that resize for each request. */
export async function measureCold(
  photo: Buffer,
  { folder, requests, seed }: { folder: string; requests: number; seed: number },
): Promise<void> {
  const file = join(folder, 'photo.jpg')
  await writeFile(file, photo)
  // Rows take longer than half a minute on a busy machine: starting processes anew is not what is measured.
  const service = await startBuiltService({ env: { RENDER_IDLE_MS: '3600000' } })
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
        formats: all,
        // As pages ask: by a signed URL, without a credential.
        url: (n, width, format) =>
          service.signedUrl(ids[n % ids.length] ?? '', {
            width: String(width),
            format,
            quality: String(qualityOf(n, format)),
          }),
      },
    ]
    const ipx = await ipxCommand(file)
    if (ipx === null) console.log('ipx: could not be installed, left out')
    for (const [name, command] of [
      ['bare sharp handler', scriptCommand('./delivery-peers.ts', 'bare', file)],
      ['ipx 3.1.1', ipx],
    ] as const) {
      if (command === null) continue
      const peer = await startServer(command)
      stops.push(peer.stop)
      const url: Server['url'] = (n, width, format) =>
        `${peer.url}/?w=${width}&f=${format}&q=${qualityOf(n, format)}`
      servers.push({ name, pid: peer.pid, formats: all, url })
    }
    const nginx = await startFilteringNginx(file, folder)
    if (nginx === null) console.log('nginx image_filter: not installed, left out')
    else {
      stops.push(nginx.stop)
      const url: Server['url'] = (n, width) => `${nginx.url}?w=${width}&q=${qualityOf(n, 'jpeg')}`
      servers.push({ name: 'nginx image_filter', pid: nginx.pid, formats: ['jpeg'], url })
    }
    const { width = 0, height = 0 } = await sharp(photo).metadata()
    console.log(
      `\nCold: ${width} × ${height}, ${mebibytes(photo.length)} MiB, four requests at a time, ${requests} different ones by turns. First small and first large one of an image: ${median(first).toFixed(0)} ms.`,
    )
    const draw = drawing(seed)
    const widths = bands.map(([least, most]) => draw(least, most))
    console.log(`Widths drawn with seed ${seed}: ${widths.join(', ')}`)
    console.log(
      '| to | server | requests/s | of bare | CPU ms/request | bare ÷ this, CPU | beyond the encoder, of bare | CPU ms later | p50 ms | p99 ms | MiB |',
    )
    console.log('|---|---|---|---|---|---|---|---|---|---|---|')
    // Compilers, and as many render processes as there will be.
    for (const server of servers) await askAll(server, await urlsOf(server, 290, server.formats[0] ?? '', 48))
    for (const to of widths) {
      for (const format of all) {
        if (format === 'avif' && to > avifs.widest) continue
        const count = format === 'avif' ? Math.min(avifs.requests, requests) : requests
        const rows: Row[] = []
        for (const server of servers) {
          if (server.formats.includes(format)) rows.push(await rowOf(server, to, format, count))
        }
        print(rows, `${to} ${format}`, await encoderMs(photo, to, format))
      }
    }
    await likeness(service, ids[0] ?? '', photo, widths)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** Milliseconds of the very first renditions of an image, which have its levels made as well. */
async function firstTime(service: Service, id: string): Promise<number> {
  const { authorization } = service
  const started = performance.now()
  for (const width of [299, 899]) {
    const answer = await fetch(`${service.url}/images/${id}?width=${width}`, { headers: { authorization } })
    await answer.arrayBuffer()
  }
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

/** Processor milliseconds of the bare handler's encoder alone, from pixels. */
async function encoderMs(photo: Buffer, width: number, format: (typeof all)[number]): Promise<number> {
  const { data, info } = await sharp(photo).resize(width).raw().toBuffer({ resolveWithObject: true })
  const times: number[] = []
  for (let round = 0; round < (format === 'avif' ? 1 : 5); round += 1) {
    const before = process.cpuUsage()
    await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
      .toFormat(format, { quality: format === 'avif' ? 55 : 80 })
      .toBuffer()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  return median(times)
}

function print(rows: readonly Row[], to: string, encoder: number): void {
  const bare = rows.find(({ name }) => name.startsWith('bare'))
  for (const { name, rate, cpu, later, times, memory } of rows) {
    const cells = [
      to,
      name,
      rate.toFixed(1),
      (rate / (bare?.rate ?? 1)).toFixed(1),
      cpu.toFixed(0),
      ((bare?.cpu ?? 0) / cpu).toFixed(1),
      ((cpu - encoder) / ((bare?.cpu ?? 0) - encoder)).toFixed(2),
      later.toFixed(0),
      quantile(times, 0.5).toFixed(0),
      quantile(times, 0.99).toFixed(0),
      mebibytes(memory),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

/** Pixels before encoding: asked as PNG, against a resize of the original that is as fine as ours, and sharp's own. */
async function likeness(
  service: Service,
  id: string,
  photo: Buffer,
  widths: readonly number[],
): Promise<void> {
  const { authorization } = service
  const whole = await sharp(photo).autoOrient().raw().toBuffer({ resolveWithObject: true })
  const { width: across, height: down } = whole.info
  for (const width of widths) {
    const answer = await fetch(`${service.url}/images/${id}?width=${width}&format=png`, {
      headers: { authorization },
    })
    const ours = await lumaFrom(sharp(Buffer.from(await answer.arrayBuffer())))
    const size = { width: ours.width, height: ours.height, fit: 'fill' as const }
    const fine = await lumaFrom(
      sharp(whole.data, { raw: { width: across, height: down, channels: 3 } }).resize(size),
    )
    const fast = await lumaFrom(sharp(photo).autoOrient().resize(size))
    console.log(
      `SSIM at ${width}: ${ssim(ours, fine).toFixed(4)} against a full decode reduced once; the direct rendition has ${ssim(fast, fine).toFixed(4)}`,
    )
  }
}
