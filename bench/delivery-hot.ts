import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mebibytes, median } from './figures.ts'
import type { LoadResult } from './load.ts'
import { startStaticNginx } from './nginx.ts'
import { onCore, scriptCommand, startServer, usageOf, watchMemory } from './processes.ts'
import { type Service, startBuiltService } from './service.ts'

interface Target {
  name: string
  url: string
  pid: number
}

type Round = Pick<LoadResult, 'rate' | 'p50' | 'p99'> & {
  /** Microseconds of processor time a request. */
  cpu: number
}

const run = promisify(execFile)

/**
 * A cached rendition of some 30 KB through the whole service, beside servers that only hold the bytes. Every server on
 * one core, the load on the other, by turns.
 */
export async function measureHot(
  photo: Buffer,
  options: { folder: string; seconds: number; rounds: number },
): Promise<void> {
  const { folder, seconds, rounds } = options
  const service = await startBuiltService({ core: 0, limited: true })
  const stops: (() => Promise<void>)[] = [() => service.stop()]
  try {
    const id = await service.upload(photo, 'public')
    const { url, bytes } = await nearest(service, id, 30 * 1024)
    const file = join(folder, 'answer.webp')
    await writeFile(file, bytes)
    const targets: Target[] = [{ name: 'Rendition, whole service', url, pid: service.pid }]
    for (const [kind, name] of [
      ['raw', 'node:http, the same Buffer'],
      ['headers', 'node:http with our headers'],
      ['fastify', 'Fastify, the same Buffer'],
    ] as const) {
      const server = await startServer(scriptCommand('./delivery-peers.ts', kind, file), { core: 0 })
      stops.push(server.stop)
      targets.push({ name, url: `${server.url}/images/x`, pid: server.pid })
    }
    const nginx = await startStaticNginx(file, folder)
    if (nginx === null) console.log('nginx: not installed, left out')
    else {
      stops.push(nginx.stop)
      targets.push({ name: 'nginx, a file', url: nginx.url, pid: nginx.pid })
    }
    const measured = targets.map((target) => ({ target, found: [] as Round[], memory: 0 }))
    for (let round = -1; round < rounds; round += 1) {
      for (const each of measured) {
        const watched = watchMemory(each.target.pid)
        const result = await load(each.target, seconds)
        each.memory = Math.max(each.memory, watched())
        // The first round only warms the compilers.
        if (round >= 0) each.found.push(result)
      }
    }
    const raw = measured.find(({ target }) => target.name.startsWith('node:http, the same'))?.found ?? []
    const middle = (list: readonly Round[], key: keyof Round): number => median(list.map((each) => each[key]))
    const shares = (found: readonly Round[]): number[] =>
      found.map(({ rate }, at) => rate / (raw[at]?.rate ?? 1))
    console.log(`\nHot: ${bytes.length} bytes, 50 connections, ${rounds} rounds of ${seconds} s by turns`)
    console.log('| server | requests/s | of raw | CPU µs/request | of raw | p50 ms | p99 ms | MiB |')
    console.log('|---|---|---|---|---|---|---|---|')
    for (const { target, found, memory } of measured) {
      const cpu = middle(found, 'cpu')
      console.log(
        `| ${target.name} | ${middle(found, 'rate').toFixed(0)} | ${median(shares(found)).toFixed(2)} | ${cpu.toFixed(0)} | ${(middle(raw, 'cpu') / cpu).toFixed(2)} | ${middle(found, 'p50').toFixed(1)} | ${middle(found, 'p99').toFixed(1)} | ${mebibytes(memory)} |`,
      )
    }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** One run of the load generator, in a process and on a core of its own. */
async function load(target: Target, seconds: number): Promise<Round> {
  const before = usageOf(target.pid)
  const command = scriptCommand('./load.ts', target.url, '50', String(seconds))
  const { stdout } = await run(...onCore(1, command))
  const { total, rate, p50, p99 } = JSON.parse(stdout) as LoadResult
  return { rate, p50, p99, cpu: ((usageOf(target.pid).cpuMs - before.cpuMs) * 1000) / total }
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
