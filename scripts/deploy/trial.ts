/** Runs the built image as production would; started by check-deploy in namespaces of its own. */
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { trySplit } from './compose-split.ts'
import { tryCompose, tryTests } from './compose-up.ts'
import { imageName, openEngine } from './engine.ts'
import { tryKubernetes } from './play-kube.ts'
import { createReport } from './report.ts'
import { absent } from './tools.ts'
import { useService } from './use-service.ts'

const [folder = '', standIns] = process.argv.slice(2)
const engine = openEngine(folder)
const { podman } = engine
// In a folder that is kept: what a trial left that was broken off.
await podman('rm', '-fa')
await podman('network', 'prune', '-f')
const report = createReport()
const name = 'rendition-check'

/** The flags that make a container what the Compose and Kubernetes files ask for. */
const hardened = [
  ...['--network', 'host', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all'],
  ...['--security-opt', 'no-new-privileges', '--memory', '1500m', '-e', 'HOST=127.0.0.1'],
]

async function untilHealthy(): Promise<number> {
  const began = Date.now()
  for (;;) {
    const failure = await podman('healthcheck', 'run', name).then(
      () => null,
      (error: Error) => error,
    )
    if (failure === null) return Date.now() - began
    if (Date.now() - began > 120_000) {
      throw new Error(`${failure.message}\n${await podman('logs', '--tail', '20', name)}`)
    }
    await pause(500)
  }
}

await report.part('run', async () => {
  await podman('run', '-d', '--name', name, ...hardened, '-v', 'check-data:/data', imageName)
  const ms = await untilHealthy()
  const used = await useService('http://127.0.0.1:8080')
  return `healthy after ${(ms / 1000).toFixed(1)} s, read-only, without capabilities; ${used}`
})

await report.part('no root', async () => {
  const lines = (await podman('top', name, 'user', 'comm')).split('\n').slice(1)
  const users = new Set(lines.map((line) => line.trim().split(/\s+/)[0]))
  if (lines.length < 4 || users.has('root') || users.size !== 1) throw new Error(lines.join('\n'))
  const written = await podman('exec', name, 'sh', '-c', 'touch /app/x || touch /usr/x').then(
    () => true,
    () => false,
  )
  if (written) throw new Error('the root file system is writable')
  return `${lines.length} processes as ${[...users].join()}`
})

await report.part('jemalloc', async () => {
  const maps = await podman('exec', name, 'cat', '/proc/1/maps')
  if (!maps.includes('libjemalloc')) throw new Error('it is not loaded')
  return 'loaded in every process'
})

await report.part('restart', async () => {
  await podman('kill', '--signal', 'KILL', name)
  await podman('start', name)
  await untilHealthy()
  const used = await useService('http://127.0.0.1:8080', 'again')
  await podman('stop', '-t', '60', name)
  const code = await podman('inspect', name, '--format', '{{.State.ExitCode}}')
  if (code !== '0') throw new Error(`a stop in order ended with ${code}`)
  return `killed, started on its data, ${used}, stopped in order`
})
await podman('rm', '-f', name).catch(() => '')

const compose = absent('docker-compose')
const parts = [
  ...(standIns === undefined ? ['stand-ins for the parts'] : []),
  // Podman's own programs, which are on no path.
  ...(['lib', 'libexec'].some((place) => existsSync(`/usr/${place}/podman/aardvark-dns`))
    ? []
    : ['aardvark-dns']),
]
await report.part('Compose, one container', () => tryCompose(engine, 'embedded'), compose)
await report.part('Compose, the tests of a folder', () => tryTests(engine), compose)
await report.part('Compose, with its parts', () => tryCompose(engine, 'parts'), [...compose, ...parts])
await report.part('Compose, split', () => trySplit(engine), [...compose, ...parts])
await report.part('Kubernetes, the gateway', () => tryKubernetes(engine))

await podman('rm', '-fa').catch(() => '')
await podman('volume', 'prune', '-f').catch(() => '')
process.exitCode = report.end()
