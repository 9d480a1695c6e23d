import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ComposeService, composeServices, type Profile, profiles, root, scales } from './documents.ts'

/** What a fresh clone gives Compose, in a folder: somebody's own settings must not decide this, nor be needed. */
export function freshProject(folder: string): string {
  for (const name of ['compose.yaml', '.env']) copyFileSync(join(root, name), join(folder, name))
  return join(folder, 'compose.yaml')
}

/** As it is typed: without a word for what `.env` names. */
export const profileWords = (profile: Profile): string[] =>
  profile === 'embedded' ? [] : ['--profile', profile]

/** Faults that docker-compose itself finds, without an engine; null where it is not installed. */
export function composeConfigFaults(): string[] | null {
  if (spawnSync('docker-compose', ['--version']).status !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'rendition-compose-'))
  try {
    const file = freshProject(folder)
    return profiles.flatMap((profile) => {
      const { status, stderr } = spawnSync(
        'docker-compose',
        ['-f', file, ...profileWords(profile), 'config', '-q'],
        // Nothing is to be filled in.
        { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder } },
      )
      // What it warns of as well: a variable without a value, say.
      return status === 0 && stderr.trim() === '' ? [] : [`${profile}: ${stderr.trim()}`]
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes passwords, as root, since the volumes are; it reaches nobody and ends. */
const makesLogins = ({ user, network_mode }: ComposeService): boolean =>
  user === 'root' && network_mode === 'none'
const ours = ({ image }: ComposeService): boolean => image === 'rendition'
const secondsOf = (period: string | undefined): number => Number(/^(\d+)s$/.exec(period ?? '')?.[1] ?? 0)

/** By the sum in docs/scaling-out.md, at the scale of the trial. */
function connectionsOf(services: Readonly<Record<string, ComposeService>>): number {
  const processes = Object.entries(services)
    .filter(
      ([, service]) => ours(service) && !makesLogins(service) && service.environment?.ROLES !== 'gateway',
    )
    .reduce((sum, [name]) => sum + (scales[name] ?? 1), 0)
  const [pool, listener, migration, kept] = [10, 1, 1, 3]
  return processes * (pool + listener) + migration + kept
}

/** What the project asks of its own containers and of the parts beside them. */
export function composeFaults(read: typeof composeServices = composeServices): string[] {
  return profiles.flatMap((profile) => {
    const services = read(profile)
    return Object.entries(services).flatMap(([name, service]) => {
      const faults: string[] = []
      const need = (found: boolean, message: string): void => {
        if (!found) faults.push(`${profile}: ${name} ${message}`)
      }
      need(service.privileged !== true, 'is privileged')
      need(service.security_opt?.includes('no-new-privileges:true') === true, 'may gain privileges')
      for (const port of service.ports ?? [])
        need(/^(127\.0\.0\.1|\$\{BIND:-127\.0\.0\.1\}):/.test(port), `publishes ${port} to everybody`)
      if (!ours(service)) {
        // What moves by itself is another part tomorrow than the one that was tried.
        need(/:v?\d[\w.]*$/.test(service.image ?? ''), `is no release: ${service.image}`)
        need(service.networks?.join() === 'parts', 'is not kept to the parts network')
        need(service.ports === undefined, 'is published')
        if (name === 'postgres') {
          const most = Number(/max_connections=(\d+)/.exec(service.command?.join(' ') ?? '')?.[1] ?? 100)
          const wanted = connectionsOf(services)
          need(most >= wanted, `takes ${most} connections where ${wanted} are needed`)
        }
        return faults
      }
      need(service.read_only === true, 'has a writable root')
      need(service.cap_drop?.includes('ALL') === true, 'keeps capabilities')
      if (makesLogins(service)) {
        need(service.ports === undefined, 'is published')
        return faults
      }
      need(service.user === undefined, 'runs as another user than the image says')
      for (const place of service.tmpfs ?? [])
        need(!/\b[ug]id=/.test(place), `mounts ${place}, which Docker takes and podman refuses`)
      // What the world speaks to keeps no password that it has no use for.
      if (service.environment?.ROLES === 'gateway') {
        const kept = Object.keys(service.environment).filter((variable) =>
          /^(DATABASE|STORAGE|QUEUE|SECRETS)_/.test(variable),
        )
        need(kept.length === 0 && (service.volumes ?? []).length === 0, 'has secrets of the parts')
      }
      for (const variable of Object.keys(service.environment ?? {}).filter((name) => name.endsWith('_FILE')))
        need(service.volumes?.includes('settings:/settings:ro') === true, `cannot read its ${variable}`)
      const { STOP_DELAY_MS = '0', STOP_DRAIN_MS = '10000' } = service.environment ?? {}
      const needed = (Number(STOP_DELAY_MS) + Number(STOP_DRAIN_MS)) / 1000 + 30
      need(
        secondsOf(service.stop_grace_period) >= needed,
        `is killed before its ${needed} s to stop are over`,
      )
      const waitsFor = service.depends_on ?? {}
      for (const other of Array.isArray(waitsFor) ? waitsFor : Object.keys(waitsFor)) {
        need(services[other] !== undefined, `waits for ${other}, which is not there`)
      }
      for (const [variable, url] of Object.entries(service.environment ?? {})) {
        if (!variable.startsWith('UPSTREAM_')) continue
        need(services[new URL(url).hostname] !== undefined, `looks for ${url}, which is not there`)
      }
      return faults
    })
  })
}
