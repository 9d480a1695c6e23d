import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { composeVariables } from './compose.ts'
import { compositions, deployFolder } from './documents.ts'
import { type Engine, imageName } from './engine.ts'
import { startHealthChecks } from './health-checks.ts'
import { run } from './tools.ts'

/** Where every composition answers in the network that the trial has for itself. */
export const frontDoor = composeVariables.PUBLIC_URL

export interface Container {
  id: string
  service: string
  status: string
  exitCode: number
  /** Empty for what has no health check. */
  health: string
  /** On this machine; 0 when it does not run. */
  pid: number
  /** In any of its networks, all of which can be reached from the trial's. */
  address: string
}

export interface ComposeProject {
  /** docker-compose with the files of the composition. */
  compose(...args: string[]): Promise<string>
  containers(service?: string): Promise<Container[]>
  /** Waits until whatever has a health check is healthy; gives the number of containers. */
  untilHealthy(): Promise<number>
  /** Stops everything and looks how each container ended; gives the seconds. */
  stopInOrder(): Promise<number>
  /** Removes containers, networks and volumes. */
  close(): Promise<void>
}

/** A composition of deploy/ against podman's Docker socket, its files as they are. */
export async function openProject(
  engine: Engine,
  composition: keyof typeof compositions,
): Promise<ComposeProject> {
  const folder = join(engine.folder, `compose-${composition}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  // A folder of its own: somebody's deploy/.env or secrets.json must not decide this, nor be needed.
  for (const name of readdirSync(deployFolder)) {
    if (name.endsWith('.yaml')) symlinkSync(join(deployFolder, name), join(folder, name))
  }
  await engine.podman('tag', imageName, 'rendition')
  // As the file's comment says; the container's user must be able to read it.
  if (composition === 'split') {
    const secrets = await engine.podman('run', '--rm', '--network', 'none', 'rendition', 'secrets')
    writeFileSync(join(folder, 'secrets.json'), secrets)
  }

  const socket = join(engine.folder, 'podman.sock')
  rmSync(socket, { force: true })
  const [program = '', ...words] = engine.words
  const service = spawn(program, [...words, 'system', 'service', '-t', '0', `unix://${socket}`], {
    env: { ...process.env, ...engine.env },
    stdio: 'ignore',
  })
  while (!existsSync(socket)) {
    if (service.exitCode !== null) throw new Error(`podman's service ended with ${service.exitCode}`)
    await pause(100)
  }
  const healthChecks = startHealthChecks(engine)
  const files = compositions[composition].flatMap((file) => ['-f', join(folder, file)])
  const compose: ComposeProject['compose'] = (...args) =>
    run(['docker-compose', '-p', 'check', ...files, ...args], {
      env: { DOCKER_HOST: `unix://${socket}`, COMPOSE_HTTP_TIMEOUT: '180', ...composeVariables },
    })

  const containers: ComposeProject['containers'] = async (name) => {
    const wanted = name === undefined ? [] : ['--filter', `label=com.docker.compose.service=${name}`]
    const ids = await engine.podman('ps', '-aq', '--no-trunc', ...wanted)
    if (ids === '') return []
    const found = JSON.parse(await engine.podman('inspect', ...ids.split('\n'))) as Inspected[]
    return found.map(({ Id, Config, State, NetworkSettings }) => ({
      id: Id,
      service: Config.Labels?.['com.docker.compose.service'] ?? '',
      status: State.Status,
      exitCode: State.ExitCode,
      health: Config.Healthcheck === undefined ? '' : (State.Health?.Status ?? 'starting'),
      pid: State.Pid,
      address:
        Object.values(NetworkSettings.Networks ?? {}).find(({ IPAddress }) => IPAddress !== '')?.IPAddress ??
        '',
    }))
  }

  return {
    compose,
    containers,
    async untilHealthy() {
      const limit = Date.now() + 180_000
      for (;;) {
        const all = await containers()
        const checked = all.filter(({ health }) => health !== '')
        const waiting = checked.filter(({ health }) => health !== 'healthy')
        if (checked.length > 0 && waiting.length === 0) return checked.length
        if (Date.now() > limit) {
          const names = waiting.map(({ service: name, health }) => `${name} is ${health}`)
          throw new Error(`${names.join(', ')}\n${await compose('logs', '--tail', '20')}`)
        }
        await pause(500)
      }
    },
    async stopInOrder() {
      await healthChecks.stop()
      const began = Date.now()
      await compose('stop')
      const seconds = (Date.now() - began) / 1000
      for (const { service: name, status, exitCode } of await containers()) {
        // 137 is what is killed when its grace period is over.
        if (status !== 'exited' || exitCode !== 0)
          throw new Error(
            `${name} is ${status} with ${exitCode}\n${await compose('logs', '--tail', '20', name)}`,
          )
      }
      return seconds
    },
    async close() {
      await healthChecks.stop()
      await compose('down', '-v', '-t', '5').catch(() => '')
      service.kill('SIGTERM')
    },
  }
}

interface Inspected {
  Id: string
  Config: { Labels?: Record<string, string>; Healthcheck?: object }
  State: { Status: string; ExitCode: number; Pid: number; Health?: { Status: string } }
  NetworkSettings: { Networks?: Record<string, { IPAddress: string }> }
}
