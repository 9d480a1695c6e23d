/**
 * How long a first start and a later one take, what each computes until it answers, and what the service, its database
 * included, holds when nothing happens.
 *
 *   npx tsx bench/start.ts [rounds]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startServer, usageOf } from './processes.ts'

const rounds = Number(process.argv[2] ?? 3)
const executable = fileURLToPath(new URL('../server/bin/rendition.js', import.meta.url))

async function start(folder: string, what: string) {
  const began = performance.now()
  const server = await startServer(
    [process.execPath, executable, 'serve', '--port', '0', '--data-dir', folder],
    { env: { LOG_LEVEL: 'warn' }, pattern: /answers on (https?:\/\/\S+)/ },
  )
  const ms = performance.now() - began
  console.log(`${what}: ${Math.round(ms)} ms, ${Math.round(usageOf(server.pid).cpuMs)} ms of CPU`)
  return server
}

for (let round = 0; round < rounds; round++) {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-start-'))
  await (await start(folder, 'first start')).stop()
  const server = await start(folder, 'later start')
  await pause(10_000)
  console.log(`idle: ${Math.round(usageOf(server.pid).memory / 2 ** 20)} MiB of its own`)
  await server.stop()
  await rm(folder, { recursive: true })
}
