import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sendfileProxies } from '../server/test/services/sendfile-proxies.ts'
import { median } from './figures.ts'
import type { LoadResult } from './load.ts'
import { onCore, scriptCommand, usageOf } from './processes.ts'
import { startBuiltService } from './service.ts'

const run = promisify(execFile)
const secret = 'known-to-the-front-alone'

interface Round {
  /** Microseconds of processor time a request. */
  service: number
  front: number
  p50: number
}

/**
 * Pictures through nginx, sent by the service and by nginx: one service each over files of its own, the same nginx recipe,
 * by turns. Originals, renditions that are in no memory, and one that is.
 */
export async function measureSendfile(
  photo: Buffer,
  options: { folder: string; seconds: number; rounds: number },
): Promise<void> {
  const nginx = sendfileProxies.find(({ name }) => name === 'nginx')
  if (nginx === undefined || nginx.absent !== undefined)
    return console.log('Sendfile: nginx is not installed')
  const stops: (() => Promise<void>)[] = []
  const sides = []
  try {
    for (const sendfile of ['off', 'x-accel-redirect'] as const) {
      const files = join(options.folder, `files-${sendfile}`)
      await mkdir(files)
      const env = {
        STORAGE_URL: `file://${files}`,
        ...(sendfile === 'off'
          ? {}
          : { DELIVERY_SENDFILE: sendfile, DELIVERY_SENDFILE_SECRET: secret, DELIVERY_SENDFILE_BYTES: '0' }),
      }
      const service = await startBuiltService({ core: 0, env })
      stops.push(service.stop)
      // In no memory, so that what is stored is read or sent each time.
      const forgetful = await startBuiltService({
        core: 0,
        env: { ...env, DELIVERY_MEMORY_BYTES: '0', STORAGE_URL: `file://${files}-2` },
      })
      stops.push(forgetful.stop)
      const fronts = []
      for (const [at, each] of [service, forgetful].entries()) {
        const port = Number(new URL(each.url).port)
        const front = await nginx.start({
          folder: join(options.folder, `nginx-${sendfile}-${at}`),
          backendPort: port,
          files: at === 0 ? files : `${files}-2`,
          secret,
        })
        stops.push(front.stop)
        const pid = Number(await readFile(join(options.folder, `nginx-${sendfile}-${at}`, 'pid'), 'utf8'))
        const id = await each.upload(photo, 'public')
        fronts.push({ service: each, url: `http://127.0.0.1:${front.port}/images/${id}`, pid })
      }
      sides.push({ sendfile, fronts })
    }
    const rows = [
      { name: 'the original', at: 0, query: '?preset=original' },
      { name: 'a rendition in no memory', at: 1, query: '?v=1&width=1920' },
      { name: 'a smaller one in no memory', at: 1, query: '?v=1&width=640' },
      { name: 'one in memory', at: 0, query: '?v=1&width=640' },
    ]
    console.log(
      `\nThrough nginx, ${options.rounds} rounds of ${options.seconds} s by turns; CPU µs a request`,
    )
    console.log('| picture | bytes | sent by | service | nginx | together | p50 ms |')
    console.log('|---|---|---|---|---|---|---|')
    for (const { name, at, query } of rows) {
      const found = new Map<string, Round[]>()
      let bytes = 0
      for (let round = -1; round < options.rounds; round += 1) {
        for (const { sendfile, fronts } of sides) {
          const side = fronts[at]
          if (side === undefined) continue
          const url = side.url + query
          // Made and stored before it is measured.
          if (round === -1) {
            bytes = (await (await fetch(url)).arrayBuffer()).byteLength
            await new Promise((resolve) => setTimeout(resolve, 1500))
          }
          const before = [usageOf(side.service.pid).cpuMs, usageOf(side.pid).cpuMs]
          const command = scriptCommand('./load.ts', url, '8', String(options.seconds))
          const { stdout } = await run(...onCore(1, command))
          const { total, p50 } = JSON.parse(stdout) as LoadResult
          const spent = (pid: number, was = 0) => ((usageOf(pid).cpuMs - was) * 1000) / total
          if (round >= 0)
            found.set(sendfile, [
              ...(found.get(sendfile) ?? []),
              { service: spent(side.service.pid, before[0]), front: spent(side.pid, before[1]), p50 },
            ])
        }
      }
      for (const [sendfile, rounds] of found) {
        const middle = (key: keyof Round): number => median(rounds.map((each) => each[key]))
        const [service, front] = [middle('service'), middle('front')]
        console.log(
          `| ${name} | ${bytes} | ${sendfile === 'off' ? 'the service' : 'nginx'} | ${service.toFixed(0)} | ${front.toFixed(0)} | ${(service + front).toFixed(0)} | ${middle('p50').toFixed(1)} |`,
        )
      }
    }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}
