import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mebibytes, quantile } from './figures.ts'
import { scriptCommand, startServer, usageOf, watchMemory } from './processes.ts'
import { startBuiltService } from './service.ts'

interface Asked {
  status: number
  ms: number
  retryAfter: string | null
}

const misses = 200
/** Above the levels: each of these decodes its 24-megapixel original. */
const widthOf = (n: number): number => 1_700 + n

/**
 * 200 misses at the same moment, each of which needs a 24-megapixel original, and meanwhile three other routes one
 * after the other. Beside a handler without a gate.
 */
export async function measureOverload(photo: Buffer, { folder }: { folder: string }): Promise<void> {
  const file = join(folder, 'overload.jpg')
  await writeFile(file, photo)
  console.log(`\nOverload: ${misses} misses of 24 megapixels at once`)
  console.log(
    '| server | 200 | 503 | other | served p50 s | p99 s | refused p50 s | p99 s | MiB before | at most |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|---|')
  const service = await startBuiltService()
  try {
    const ids: string[] = []
    for (let n = 0; n < 4; n += 1) ids.push(await service.upload(photo, 'private', `photo-${n}.jpg`))
    const urls = await Promise.all(
      Array.from({ length: misses }, (_, n) =>
        service.signedUrl(ids[n % ids.length] ?? '', { width: String(widthOf(n)), format: 'jpeg' }),
      ),
    )
    const hot = await service.signedUrl(ids[0] ?? '', { preset: 'small' })
    const { authorization } = service
    const others: Record<string, [string, RequestInit]> = {
      '/health': [`${service.url}/health`, {}],
      'a list of images, from the database': [
        `${service.url}/api/images?limit=20`,
        { headers: { authorization } },
      ],
      'a cached rendition': [hot, {}],
    }
    for (const [url, init] of Object.values(others)) for (let n = 0; n < 20; n += 1) await ask(url, init)
    const calm = await probing(others, async () => {
      for (let n = 0; n < 50; n += 1) await ask(`${service.url}/health`, {})
    })
    const busy = await probing(others, () => flood('Rendition', service.pid, urls))
    console.log('\n| meanwhile, ms | asked | p50 | p99 | most | before: p50 | p99 |')
    console.log('|---|---|---|---|---|---|---|')
    for (const name of Object.keys(others)) {
      const [during = [], before = []] = [busy.get(name), calm.get(name)]
      const figures = [quantile(during, 0.5), quantile(during, 0.99), Math.max(...during)]
      const quiet = [quantile(before, 0.5), quantile(before, 0.99)]
      const cells = [...figures, ...quiet].map((ms) => ms.toFixed(1))
      console.log(`| ${name} | ${during.length} | ${cells.join(' | ')} |`)
    }
    console.log('')
  } finally {
    await service.stop()
  }
  const bare = await startServer(scriptCommand('./delivery-peers.ts', 'bare', file))
  try {
    const urls = Array.from({ length: misses }, (_, n) => `${bare.url}/?w=${widthOf(n)}&f=jpeg&q=80`)
    await flood('bare sharp handler', bare.pid, urls)
  } finally {
    await bare.stop()
  }
}

async function ask(url: string, init: RequestInit): Promise<Asked> {
  const started = performance.now()
  const answer = await fetch(url, init)
  await answer.arrayBuffer()
  return {
    status: answer.status,
    ms: performance.now() - started,
    retryAfter: answer.headers.get('retry-after'),
  }
}

async function flood(name: string, pid: number, urls: readonly string[]): Promise<void> {
  const { memory } = usageOf(pid)
  const watched = watchMemory(pid)
  const answers = await Promise.all(urls.map((url) => ask(url, {})))
  const most = watched()
  const served = answers.filter(({ status }) => status === 200).map(({ ms }) => ms / 1000)
  const refused = answers.filter(({ status }) => status === 503)
  if (refused.some(({ retryAfter }) => retryAfter === null)) throw new Error('a 503 without Retry-After')
  const waits = refused.map(({ ms }) => ms / 1000)
  const figures = [quantile(served, 0.5), quantile(served, 0.99), quantile(waits, 0.5), quantile(waits, 0.99)]
  const counts = [served.length, refused.length, answers.length - served.length - refused.length]
  const cells = [name, ...counts, ...figures.map((s) => s.toFixed(2)), mebibytes(memory), mebibytes(most)]
  console.log(`| ${cells.join(' | ')} |`)
}

/** Asks other routes by turns while `work` runs; gives the milliseconds of each route. */
async function probing(
  routes: Readonly<Record<string, [string, RequestInit]>>,
  work: () => Promise<void>,
): Promise<Map<string, number[]>> {
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
