/**
 * Files of 200 MB that go through the service to S3, and straight to the bucket, by turns.
 *
 *   npm run bench:direct-uploads [-- --rounds 3]
 *
 * A real S3 (Ceph's radosgw) on this machine and one whole service on it. Prints what a file costs the service in processor time, all that it
 * starts included, until its image is there, and how long the client waits for that.
 */

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { DirectUpload } from '@rendition/contract'
import { createBucket, s3Missing, s3StorageUrl, startS3 } from '../server/test/services/s3.ts'
import { mebibytes, median } from './figures.ts'
import { largeFile } from './large-file.ts'
import { usageOf, watchMemory } from './processes.ts'
import { type Service, startBuiltService } from './service.ts'

const { values: args } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })
const rounds = Number(args.rounds)
/** As a browser sends them. */
const partsAtOnce = 4

if (s3Missing !== undefined) throw new Error(`needs an S3 server: ${s3Missing}`)

async function ask(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init)
  if (!answer.ok) throw new Error(`${init.method} ${url}: ${answer.status} ${await answer.text()}`)
  return answer
}

const ways: Record<string, (service: Service, file: Buffer) => Promise<void>> = {
  async 'through the service'({ url, authorization }, file) {
    const body = new FormData()
    body.set('image', new Blob([new Uint8Array(file)]), 'large.png')
    await (await ask(`${url}/api/images`, { method: 'POST', headers: { authorization }, body })).json()
  },
  async 'straight to the bucket'({ url, authorization }, file) {
    const begun = await ask(`${url}/api/uploads/direct`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ size: file.length, originalName: 'large.png' }),
    })
    const { parts, partSize, completeUrl } = (await begun.json()) as DirectUpload
    const waiting = [...parts]
    const one = async (): Promise<void> => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        const from = (part.number - 1) * partSize
        const body = new Uint8Array(file.subarray(from, from + part.size))
        await (await ask(part.url, { method: 'PUT', body })).arrayBuffer()
      }
    }
    await Promise.all(Array.from({ length: partsAtOnce }, one))
    const complete = await ask(new URL(completeUrl, url).href, { method: 'POST', headers: { authorization } })
    await complete.json()
  },
}

const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
await mkdir(join(folder, 's3'))
const s3 = await startS3(join(folder, 's3'))
try {
  await createBucket(s3.url, 'pictures')
  const file = await largeFile()
  const service = await startBuiltService({
    env: {
      PRESETS: '{}',
      MAX_FILE_BYTES: String(2 ** 28),
      STORAGE_URL: s3StorageUrl(s3.url, 'pictures'),
      DELIVERY_DIRECT_URL: `${s3.url}/pictures`,
    },
  })
  try {
    const rows = Object.entries(ways).map(([name, send]) => ({
      name,
      send,
      cpuMs: [] as number[],
      seconds: [] as number[],
      memory: [] as number[],
    }))
    // The first of each is not counted: connections, a judging process, code that is compiled.
    for (let n = -1; n < rounds; n += 1)
      for (const row of rows) {
        await service.rest()
        const before = usageOf(service.pid)
        const memory = watchMemory(service.pid)
        const began = performance.now()
        await row.send(service, file)
        const seconds = (performance.now() - began) / 1000
        const most = memory() - before.memory
        if (n < 0) continue
        row.seconds.push(seconds)
        row.cpuMs.push(usageOf(service.pid).cpuMs - before.cpuMs)
        row.memory.push(most)
      }
    console.log(`a file of ${(file.length / 1e6).toFixed(0)} MB, median of ${rounds} rounds`)
    for (const { name, cpuMs, seconds, memory } of rows)
      console.log(
        `  ${name.padEnd(24)} ${median(cpuMs).toFixed(0).padStart(5)} ms of the service's CPU   ` +
          `client ${median(seconds).toFixed(2)} s   ${mebibytes(Math.max(...memory))} MiB above before`,
      )
  } finally {
    await service.stop()
  }
} finally {
  await s3.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}
