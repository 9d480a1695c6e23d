import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unlimited } from '../../../acceptance/src/unlimited.ts'
import { loadSecrets } from '../../src/platform/data-folder/index.ts'
import { createDnsServer, dnsmasqMissing } from '../services/dnsmasq.ts'
import { freePort } from '../services/service.ts'
import { startTcpProxy } from '../services/tcp-proxy.ts'
import { partsMissing, type RealParts, startParts } from './parts.ts'
import { createProcess, type ServiceProcess } from './process.ts'

export const topologyNames = ['embedded', 'real', 'split'] as const
export type TopologyName = (typeof topologyNames)[number]

export type SplitRole = 'gateway' | 'auth' | 'api' | 'delivery' | 'worker'

export interface Topology {
  /** Where the service answers: behind one address, whatever the number of gateways. */
  url: string
  folder: string
  /** By role where they are split; under `all` where one process has every role. */
  processes: Record<SplitRole | 'all', ServiceProcess[]>
  /** null where everything is embedded. */
  real: RealParts | null
  stop(): Promise<void>
}

export interface TopologyOptions {
  /** How many processes of each role there are when split. */
  counts?: Partial<Record<SplitRole, number>>
  /** On top of what every process gets. */
  env?: Record<string, string>
}

const usualCounts: Record<SplitRole, number> = { gateway: 2, auth: 1, api: 2, delivery: 2, worker: 3 }

/** Why a topology cannot run here, undefined when it can. */
export function topologyMissing(name: TopologyName): string | undefined {
  if (name === 'embedded') return undefined
  return partsMissing ?? (name === 'split' ? dnsmasqMissing : undefined)
}

/** Starts the built service in one of its shapes, on free ports and in a temporary folder that goes at the end. */
export async function startTopology(name: TopologyName, options: TopologyOptions = {}): Promise<Topology> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rendition-topology-')))
  const closers: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 20 })]
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    const real = name === 'embedded' ? null : await startParts(folder)
    if (real !== null) closers.push(() => real.stop())
    const processes: Topology['processes'] = {
      gateway: [],
      auth: [],
      api: [],
      delivery: [],
      worker: [],
      all: [],
    }
    closers.push(async () => {
      const all = Object.values(processes).flat()
      await Promise.all(all.map((one) => one.stop()))
    })
    // Tests register hundreds of accounts from one address, and guess passwords.
    const common = { ...unlimited, ...real?.variables, ...options.env }
    const url =
      name === 'split'
        ? await startSplit(folder, { ...usualCounts, ...options.counts }, common, processes, closers)
        : await startWhole(folder, common, processes)
    return { url, folder, processes, real, stop }
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
}

async function startWhole(
  folder: string,
  env: Record<string, string>,
  processes: Topology['processes'],
): Promise<string> {
  const port = await freePort()
  const whole = createProcess('all', {
    HOST: '127.0.0.1',
    PORT: `${port}`,
    DATA_DIR: join(folder, 'all'),
    ...env,
  })
  processes.all.push(whole)
  await whole.start()
  return whole.url
}

const zone = 'rendition.test'

/**
 * Every role by itself. The gateways find a single auth at a fixed address, the api processes as A records of one name with
 * one port, and the delivery processes by SRV records, which carry their ports.
 */
async function startSplit(
  folder: string,
  counts: Record<SplitRole, number>,
  env: Record<string, string>,
  processes: Topology['processes'],
  closers: (() => unknown)[],
): Promise<string> {
  const shared = join(folder, 'shared')
  await mkdir(shared)
  const secrets = JSON.stringify(await loadSecrets(shared))
  const dns = await createDnsServer(folder)
  closers.push(() => dns.stop())
  const [authPort, apiPort] = [await freePort(), await freePort()]
  const gatewayPorts = await ports(counts.gateway)
  const deliveryPorts = await ports(counts.delivery)
  const front = await startTcpProxy(gatewayPorts.map((port) => ({ host: '127.0.0.1', port })))
  closers.push(() => front.close())
  const publicUrl = `http://127.0.0.1:${front.port}`
  const hosts = (count: number): string[] => Array.from({ length: count }, (_, n) => `127.0.0.${n + 2}`)
  const api = hosts(counts.api)
  const auth = counts.auth === 1 ? ['127.0.0.1'] : hosts(counts.auth)
  await dns.serve([
    ...api.map((host) => `address=/api.${zone}/${host}`),
    ...auth.map((host) => `address=/auth.${zone}/${host}`),
    ...deliveryPorts.map((port) => `srv-host=_delivery._tcp.${zone},delivery.${zone},${port},10,10`),
    `address=/delivery.${zone}/127.0.0.1`,
  ])

  const add = (role: SplitRole, more: Record<string, string>): void => {
    const name = `${role}-${processes[role].length + 1}`
    const variables = {
      HOST: '127.0.0.1',
      ROLES: role,
      DATA_DIR: join(folder, name),
      SECRETS: secrets,
      PUBLIC_URL: publicUrl,
      // The gateways say who asks.
      TRUST_PROXY: '127.0.0.0/8',
      RENDER_PROCESSES: '1',
      ...env,
      ...more,
    }
    processes[role].push(createProcess(name, variables))
  }
  for (const host of auth) add('auth', { HOST: host, PORT: `${authPort}` })
  for (const host of api) add('api', { HOST: host, PORT: `${apiPort}` })
  for (const port of deliveryPorts) add('delivery', { PORT: `${port}` })
  for (const port of await ports(counts.worker)) add('worker', { PORT: `${port}`, WORKER_CONCURRENCY: '2' })
  for (const port of gatewayPorts) {
    add('gateway', {
      PORT: `${port}`,
      TRUST_PROXY: 'false',
      UPSTREAM_AUTH: `http://${auth.length === 1 ? auth[0] : `auth.${zone}`}:${authPort}`,
      UPSTREAM_API: `http://api.${zone}:${apiPort}`,
      UPSTREAM_DELIVERY: `srv+http://_delivery._tcp.${zone}`,
      DNS_SERVER: dns.address,
    })
  }
  // All at once, against an empty database: they wait for each other's migrations.
  await Promise.all(
    Object.values(processes)
      .flat()
      .map((one) => one.start()),
  )
  return publicUrl
}

async function ports(count: number): Promise<number[]> {
  const taken: number[] = []
  for (let n = 0; n < count; n += 1) taken.push(await freePort())
  return taken
}
