/**
 * Originals from S3, sent through the service and fetched from S3 by a redirect, by turns.
 *
 *   npm run bench:direct [-- --requests 100]
 *
 * A real S3 (Ceph's radosgw) on this machine, two whole services on it, each with a photograph of 24 megapixels; four
 * clients at once. Prints what a download costs the service in processor time, and how long a client waits for it.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createBucket, s3Missing, s3StorageUrl, startS3 } from '../server/test/services/s3.ts'
import { median, quantile } from './figures.ts'
import { photographOf } from './photographs.ts'
import { usageOf } from './processes.ts'
import { type Service, startBuiltService } from './service.ts'

const { values: args } = parseArgs({ options: { requests: { type: 'string', default: '100' } } })
const requests = Number(args.requests)
const clients = 4
const rounds = 3

if (s3Missing !== undefined) throw new Error(`needs an S3 server: ${s3Missing}`)

interface Side {
  name: string
  service: Service
  url: string
  cpuMs: number[]
  waited: number[]
}

const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
await mkdir(join(folder, 's3'))
const s3 = await startS3(join(folder, 's3'))
const sides: Side[] = []
try {
  await createBucket(s3.url, 'pictures')
  const photo = await (await photographOf(24)).jpeg({ quality: 90 }).toBuffer()
  const STORAGE_URL = s3StorageUrl(s3.url, 'pictures')
  const ways = {
    'through the service': {},
    'from S3, by a redirect': { DELIVERY_DIRECT_URL: `${s3.url}/pictures` },
  }
  for (const [name, env] of Object.entries(ways)) {
    const service = await startBuiltService({ env: { STORAGE_URL, ...env } })
    const id = await service.upload(photo, 'public')
    sides.push({ name, service, url: `${service.url}/images/${id}`, cpuMs: [], waited: [] })
  }

  async function round(side: Side, count: number): Promise<void> {
    let left = count
    const before = usageOf(side.service.pid).cpuMs
    const one = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        const began = performance.now()
        const answer = await fetch(side.url)
        const bytes = (await answer.arrayBuffer()).byteLength
        if (answer.status !== 200 || bytes !== photo.length) {
          throw new Error(`${side.name}: ${answer.status}, ${bytes} bytes`)
        }
        if (answer.redirected !== side.name.includes('redirect')) throw new Error(`${side.name}: another way`)
        side.waited.push(performance.now() - began)
      }
    }
    await Promise.all(Array.from({ length: clients }, one))
    side.cpuMs.push((usageOf(side.service.pid).cpuMs - before) / count)
  }
  for (const side of sides) {
    await round(side, 8)
    side.cpuMs = []
    side.waited = []
  }
  for (let n = 0; n < rounds; n += 1) for (const side of sides) await round(side, requests)

  console.log(
    `an original of ${(photo.length / 1e6).toFixed(1)} MB, ${clients} clients, ${rounds} rounds of ${requests}`,
  )
  for (const { name, cpuMs, waited } of sides) {
    console.log(
      `  ${name.padEnd(24)} ${median(cpuMs).toFixed(1).padStart(6)} ms of the service's CPU   ` +
        `client p50 ${median(waited).toFixed(0).padStart(4)} ms   p99 ${quantile(waited, 0.99).toFixed(0).padStart(4)} ms`,
    )
  }
} finally {
  await Promise.all(sides.map(({ service }) => service.stop()))
  await s3.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}
