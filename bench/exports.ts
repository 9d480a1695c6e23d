/**
 * An export of a large library.
 *
 *   npm run bench:exports [-- --images 100000]
 *
 * Fills the database of the built service with images of one account that share one stored original (a photo of 108 kB would
 * only measure the disk), has everything exported, downloads the archive whole, and takes ranges of it, in the middle too,
 * that must be the very bytes of the whole. Time, memory of the service in quarters of each part, and what the statements take.
 * Ends with 1 where bytes differ or the service's memory grows by more than 64 MiB.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Export } from '@rendition/contract'
import sharp from 'sharp'
import { timeStatements } from './exports-statements.ts'
import { mebibytes, median } from './figures.ts'
import { usageOf } from './processes.ts'
import { type Service, startBuiltService } from './service.ts'

const { values: args } = parseArgs({ options: { images: { type: 'string', default: '100000' } } })
const images = Number(args.images)
const most = 64 * 1024 ** 2
const ranges = 40

const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(0)
const env = { PRESETS: '{}', EXPORT_HOURS: '24' }

/** The service's own process, sampled; the largest of each quarter. */
function watchOwn(pid: number): () => { quarters: number[]; all: number } {
  const samples: { own: number; all: number }[] = []
  const timer = setInterval(() => {
    const { ownMemory, memory } = usageOf(pid)
    samples.push({ own: ownMemory, all: memory })
  }, 200)
  return () => {
    clearInterval(timer)
    const quarter = Math.max(1, Math.ceil(samples.length / 4))
    return {
      quarters: [0, 1, 2, 3].map((n) =>
        Math.max(0, ...samples.slice(n * quarter, (n + 1) * quarter).map(({ own }) => own)),
      ),
      all: Math.max(0, ...samples.map(({ all }) => all)),
    }
  }
}

let within = true
function tell(what: string, before: number, { quarters, all }: { quarters: number[]; all: number }): void {
  const grown = Math.max(...quarters) - before
  if (grown > most) within = false
  console.log(
    `  ${what}: ${quarters.map(mebibytes).join(', ')} MiB by quarters, ${mebibytes(before)} before; with its database ${mebibytes(all)}${grown > most ? '   GROWS' : ''}`,
  )
}

async function prepare(service: Service): Promise<Export> {
  const { authorization } = service
  const begun = performance.now()
  const idle = usageOf(service.pid)
  const memory = watchOwn(service.pid)
  const asked = await fetch(`${service.url}/api/exports`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{}',
  })
  const { id } = (await asked.json()) as Export
  for (;;) {
    const now = (await (
      await fetch(`${service.url}/api/exports/${id}`, { headers: { authorization } })
    ).json()) as Export
    if (now.status === 'failed') throw new Error(`the export failed: ${now.errorMessage}`)
    if (now.status === 'ready') {
      const cpu = usageOf(service.pid).cpuMs - idle.cpuMs
      console.log(
        `prepared in ${seconds(begun)} s (${(cpu / images).toFixed(1)} ms of processor time an image): ${now.imageCount} images, ${((now.size ?? 0) / 1e6).toFixed(0)} MB`,
      )
      tell('memory', idle.ownMemory, memory())
      if (now.imageCount !== images) throw new Error(`${images} were expected`)
      return now
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Downloads it whole, keeping what stands at some places. */
async function download(service: Service, url: string, size: number): Promise<Map<number, Buffer>> {
  const wanted = Array.from({ length: ranges }, (_, n) => Math.floor((n * (size - 4096)) / (ranges - 1)))
  const kept = new Map<number, Buffer>(wanted.map((at) => [at, Buffer.alloc(4096)]))
  const begun = performance.now()
  const idle = usageOf(service.pid)
  const memory = watchOwn(service.pid)
  const answer = await fetch(url)
  const first = performance.now() - begun
  let at = 0
  const hash = createHash('sha256')
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    for (const [place, bytes] of kept) {
      if (place >= at + chunk.length || place + bytes.length <= at) continue
      const from = Math.max(0, place - at)
      bytes.set(chunk.subarray(from, place + bytes.length - at), Math.max(0, at - place))
    }
    at += chunk.length
  }
  const took = (performance.now() - begun) / 1000
  console.log(
    `downloaded in ${took.toFixed(0)} s (${(images / took).toFixed(0)} files a second), its head after ${first.toFixed(0)} ms`,
  )
  tell('memory', idle.ownMemory, memory())
  if (at !== size) throw new Error(`${at} bytes came of ${size}`)
  return kept
}

async function goOn(url: string, kept: Map<number, Buffer>): Promise<void> {
  const times: number[] = []
  for (const [at, bytes] of kept) {
    const begun = performance.now()
    const answer = await fetch(url, { headers: { range: `bytes=${at}-${at + bytes.length - 1}` } })
    const got = Buffer.from(await answer.arrayBuffer())
    times.push(performance.now() - begun)
    if (answer.status !== 206 || !got.equals(bytes)) {
      within = false
      console.log(`  at ${at}: other bytes than in the whole`)
    }
  }
  console.log(
    `${times.length} ranges of 4 KiB are the same bytes: ${median(times).toFixed(0)} ms in the middle, ${Math.max(...times).toFixed(0)} at most`,
  )
}

const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#468' } })
  .jpeg()
  .toBuffer()
let service = await startBuiltService({ folder, env })
try {
  const imageId = await service.upload(photo, 'private')
  const statements = timeStatements(folder)
  const filled = performance.now()
  await service.stop()
  await statements.fill(imageId, images)
  console.log(`${images} images of one account, filled in ${seconds(filled)} s`)
  service = await startBuiltService({ folder, env })
  const made = await prepare(service)
  const kept = await download(service, made.url ?? '', made.size ?? 0)
  await goOn(made.url ?? '', kept)
  await service.stop()
  await statements.tell(made.id)
  if (!within) process.exitCode = 1
} finally {
  await service.stop()
  await rm(folder, { recursive: true, force: true })
}
