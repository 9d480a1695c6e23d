import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freshProject, profileWords } from './compose.ts'
import type { Profile } from './documents.ts'
import { type Engine, imageName, testsName } from './engine.ts'
import { startHealthChecks } from './health-checks.ts'
import { run } from './tools.ts'

/** Where every profile answers in the network that the trial has for itself. */
export const frontDoor = 'http://127.0.0.1:8080'

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
  /** docker-compose with the profile. */
  compose(...args: string[]): Promise<string>
  containers(service?: string): Promise<Container[]>
  /** Waits until whatever has a health check is healthy; gives the number of containers. */
  untilHealthy(): Promise<number>
  /** Stops everything and looks how each container ended; gives the seconds. */
  stopInOrder(): Promise<number>
  /** Removes containers, networks and volumes. */
  close(): Promise<void>
}

/** A profile of compose.yaml against podman's Docker socket, the file as it is. */
export async function openProject(engine: Engine, profile: Profile): Promise<ComposeProject> {
  const folder = join(engine.folder, `compose-${profile}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const file = freshProject(folder)
  await engine.podman('tag', imageName, 'rendition')
  await engine.podman('tag', testsName, 'rendition-tests')

  const socket = join(engine.folder, 'podman.sock')
  rmSync(socket, { force: true })
  const [program = '', ...place] = engine.words
  const service = spawn(program, [...place, 'system', 'service', '-t', '0', `unix://${socket}`], {
    env: { ...process.env, ...engine.env },
    stdio: 'ignore',
  })
  while (!existsSync(socket)) {
    if (service.exitCode !== null) throw new Error(`podman's service ended with ${service.exitCode}`)
    await pause(100)
  }
  const healthChecks = startHealthChecks(engine)
  const words = ['docker-compose', '-p', 'check', '-f', file, ...profileWords(profile)]
  const compose: ComposeProject['compose'] = (...args) =>
    run([...words, ...args], {
      cwd: folder,
      env: { DOCKER_HOST: `unix://${socket}`, COMPOSE_HTTP_TIMEOUT: '180' },
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
