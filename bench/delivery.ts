/**
 * Delivery beside its peers, in one run. Build first (`npm run build`).
 * node --import tsx bench/delivery.ts [hot|cold|all] [--photo file.jpg] [--seconds 6] [--rounds 3] [--requests 60]
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import sharp, { type Sharp } from 'sharp'
import type { LoadResult } from './load.ts'
import { onCore, pinning, startServer, usageOf, watchMemory } from './processes.ts'
import { type Service, startBuiltService } from './service.ts'
import { lumaOf, ssim } from './ssim.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    photo: { type: 'string' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '60' },
  },
})
const part = positionals[0] ?? 'all'
const [seconds, rounds, requests] = [values.seconds, values.rounds, values.requests].map(Number) as [
  number,
  number,
  number,
]
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const peer = (kind: string, file: string): string[] => [
  process.execPath,
  '--import',
  'tsx',
  here('./delivery-peers.ts'),
  kind,
  file,
]
const run = promisify(execFile)
const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
const mebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0)
const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))

/** 24 megapixels with fine and coarse structure, where no photograph was given. */
async function photograph(): Promise<Buffer> {
  if (values.photo !== undefined) return readFile(values.photo)
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 }
  const coarse = sharp({ create: { width: 300, height: 200, channels: 3, background: 'grey', noise } })
  const large = await coarse.png().toBuffer()
  return sharp(large).resize(6000, 4000, { kernel: 'cubic' }).jpeg({ quality: 90 }).toBuffer()
}

interface Hot {
  name: string
  url: string
  pid: number
}
interface HotFigures {
  rate: number[]
  p50: number[]
  p99: number[]
  cpu: number[]
  memory: number
}

/** One run of the load generator, in a process and on a core of its own. */
async function load(target: Hot): Promise<{ rate: number; p50: number; p99: number; cpu: number }> {
  const before = usageOf(target.pid)
  const generator = [
    process.execPath,
    '--import',
    'tsx',
    here('./load.ts'),
    target.url,
    '50',
    String(seconds),
  ]
  const [name, rest] = onCore(1, generator)
  const { stdout } = await run(name, rest)
  const { total, rate, p50, p99 } = JSON.parse(stdout) as LoadResult
  return { rate, p50, p99, cpu: ((usageOf(target.pid).cpuMs - before.cpuMs) * 1000) / total }
}

async function hot(photo: Buffer): Promise<void> {
  const service = await startBuiltService({ core: 0 })
  const stops: (() => Promise<void>)[] = [() => service.stop()]
  try {
    const id = await service.upload(photo, 'public')
    const { url, bytes } = await nearest(service, id, 30 * 1024)
    const file = join(folder, 'answer.webp')
    await writeFile(file, bytes)
    const targets: Hot[] = [{ name: 'Rendition, whole service', url, pid: service.pid }]
    for (const [kind, name] of [
      ['raw', 'node:http, the same Buffer'],
      ['headers', 'node:http with our headers'],
      ['fastify', 'Fastify, the same Buffer'],
    ] as const) {
      const server = await startServer(peer(kind, file), { core: 0 })
      stops.push(server.stop)
      targets.push({ name, url: `${server.url}/images/x`, pid: server.pid })
    }
    const nginx = await startNginx(file)
    if (nginx === null) console.log('nginx: not installed, left out')
    else {
      stops.push(nginx.stop)
      targets.push({ name: 'nginx, a file', url: nginx.url, pid: nginx.pid })
    }
    const figures = new Map<Hot, HotFigures>(
      targets.map((target) => [target, { rate: [], p50: [], p99: [], cpu: [], memory: 0 }]),
    )
    for (let round = -1; round < rounds; round += 1) {
      for (const [target, found] of figures) {
        const watched = watchMemory(target.pid)
        const result = await load(target)
        found.memory = Math.max(found.memory, watched())
        // The first round only warms the compilers.
        if (round >= 0) for (const key of ['rate', 'p50', 'p99', 'cpu'] as const) found[key].push(result[key])
      }
    }
    const raw = [...figures].find(([{ name }]) => name.startsWith('node:http, the same'))?.[1]
    const rawRate = median(raw?.rate ?? [])
    const rawCpu = median(raw?.cpu ?? [])
    console.log(`\nHot: ${bytes.length} bytes, 50 connections, ${rounds} rounds of ${seconds} s by turns`)
    console.log('| server | requests/s | of raw | CPU µs/request | of raw | p50 ms | p99 ms | MiB |')
    console.log('|---|---|---|---|---|---|---|---|')
    for (const [{ name }, { rate, p50, p99, cpu, memory }] of figures) {
      const [rps, us] = [median(rate), median(cpu)]
      console.log(
        `| ${name} | ${rps.toFixed(0)} | ${(rps / rawRate).toFixed(2)} | ${us.toFixed(0)} | ${(rawCpu / us).toFixed(2)} | ${median(p50).toFixed(1)} | ${median(p99).toFixed(1)} | ${mebibytes(memory)} |`,
      )
    }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** The open rendition whose size comes nearest to the wanted number of bytes, already cached. */
async function nearest(
  service: Service,
  id: string,
  wanted: number,
): Promise<{ url: string; bytes: Buffer }> {
  let best: { url: string; bytes: Buffer } | null = null
  for (const width of [256, 384, 480, 640, 750, 828, 960, 1080]) {
    const url = `${service.url}/images/${id}?v=1&width=${width}`
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
    if (best === null || Math.abs(bytes.length - wanted) < Math.abs(best.bytes.length - wanted)) {
      best = { url, bytes }
    }
  }
  if (best === null) throw new Error('nothing was rendered')
  return best
}

async function startNginx(file: string): Promise<{ url: string; pid: number; stop(): Promise<void> } | null> {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
  } catch {
    return null
  }
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const config = join(folder, 'nginx.conf')
  await writeFile(
    config,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr; events {}
     http { access_log off; sendfile on; types { image/webp webp; }
       client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
       uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
       server { listen 127.0.0.1:${port}; location / { alias ${file}; } } }`,
  )
  const server = await startServer(['sh', '-c', `echo http://127.0.0.1:${port}; exec nginx -c ${config}`], {
    core: 0,
  })
  return { url: `${server.url}/`, pid: server.pid, stop: server.stop }
}

interface Cold {
  name: string
  pid: number
  /** The nth request that no cache has seen. */
  url(n: number, width: number, format: string): string | Promise<string>
}

async function cold(photo: Buffer): Promise<void> {
  const file = join(folder, 'photo.jpg')
  await writeFile(file, photo)
  const service = await startBuiltService()
  const bare = await startServer(peer('bare', file))
  const ipx = await startServer(peer('ipx', file))
  try {
    const ids: string[] = []
    for (let n = 0; n < 4; n += 1) ids.push(await service.upload(photo, 'private', `photo-${n}.jpg`))
    const { authorization } = service
    const first: number[] = []
    for (const id of ids) {
      const started = performance.now()
      const answer = await fetch(`${service.url}/images/${id}?width=299`, { headers: { authorization } })
      await answer.arrayBuffer()
      first.push(performance.now() - started)
    }
    const qualityOf = (n: number): number => 70 + (Math.floor(n / ids.length) % 21)
    const peers: Cold[] = [
      {
        name: 'Rendition, whole service',
        pid: service.pid,
        // As pages ask: by a signed URL, without a credential.
        async url(n, width, format) {
          const query = `width=${width}&format=${format}&quality=${qualityOf(n)}`
          const explained = `${service.url}/api/images/${ids[n % ids.length]}/explain?${query}`
          const answer = await fetch(explained, { headers: { authorization } })
          return new URL(((await answer.json()) as { url: string }).url, service.url).href
        },
      },
      {
        name: 'bare sharp handler',
        pid: bare.pid,
        url: (n, width, format) => `${bare.url}/?w=${width}&f=${format}&q=${qualityOf(n)}`,
      },
      {
        name: 'ipx 3.1.1',
        pid: ipx.pid,
        url: (n, width, format) => `${ipx.url}/?w=${width}&f=${format}&q=${qualityOf(n)}`,
      },
    ]
    const { width = 0, height = 0 } = await sharp(photo).metadata()
    console.log(
      `\nCold: ${width} × ${height}, ${mebibytes(photo.length)} MiB, four requests at a time, ${requests} different ones by turns. First of an image: ${median(first).toFixed(0)} ms.`,
    )
    console.log('| to | server | requests/s | CPU ms/request | bare ÷ this, CPU | p50 ms | p99 ms | MiB |')
    console.log('|---|---|---|---|---|---|---|---|')
    // Compilers, and as many render processes as there will be.
    for (const server of peers) await askAll(server, await urlsOf(server, 290, 'webp', 12))
    for (const [target, format] of [
      [300, 'webp'],
      [300, 'jpeg'],
      [800, 'webp'],
      [800, 'jpeg'],
    ] as const) {
      await coldRow(peers, target, format)
    }
    await likeness(service, ids[0] ?? '', photo)
  } finally {
    await service.stop()
    await bare.stop()
    await ipx.stop()
  }
}

/** Addresses of different pictures, made before the clock runs. */
async function urlsOf(server: Cold, width: number, format: string, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => server.url(n, width, format)))
}

/** Four clients ask for all of them, once each; gives the milliseconds of each. */
async function askAll(server: Cold, urls: readonly string[]): Promise<number[]> {
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

async function coldRow(peers: Cold[], width: number, format: string): Promise<void> {
  const rows: { name: string; rate: number; cpu: number; times: number[]; memory: number }[] = []
  for (const server of peers) {
    const urls = await urlsOf(server, width, format, requests)
    const watched = watchMemory(server.pid)
    const before = usageOf(server.pid).cpuMs
    const started = performance.now()
    const times = await askAll(server, urls)
    const elapsed = performance.now() - started
    const cpu = (usageOf(server.pid).cpuMs - before) / requests
    rows.push({ name: server.name, rate: (requests * 1000) / elapsed, cpu, times, memory: watched() })
  }
  const bare = rows.find(({ name }) => name.startsWith('bare'))?.cpu ?? 0
  for (const { name, rate, cpu, times, memory } of rows) {
    const sorted = times.toSorted((a, b) => a - b)
    const [p50, p99] = [0.5, 0.99].map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
    console.log(
      `| ${width} ${format} | ${name} | ${rate.toFixed(1)} | ${cpu.toFixed(0)} | ${(bare / cpu).toFixed(1)} | ${p50?.toFixed(0)} | ${p99?.toFixed(0)} | ${mebibytes(memory)} |`,
    )
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

async function lumaFrom(pipeline: Sharp): Promise<ReturnType<typeof lumaOf>> {
  const { data, info } = await pipeline
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return lumaOf(data, info.width, info.height, info.channels)
}

try {
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, cores ${pinning ? '' : 'not '}pinned`,
  )
  const photo = await photograph()
  if (part !== 'cold') await hot(photo)
  if (part !== 'hot') await cold(photo)
} finally {
  await rm(folder, { recursive: true, force: true })
}
