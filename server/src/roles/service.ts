import { setTimeout as pause } from 'node:timers/promises'
import type { Setting } from '@rendition/contract'
import { registerInConsul } from '../platform/discovery/index.ts'
import { createApp } from '../platform/http/app.ts'
import { registerHealth } from '../platform/http/health.ts'
import { noticeProxy } from '../platform/http/proxy-notice.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { createMetrics } from '../platform/telemetry/metrics.ts'
import { isWildcard, localUrl, portOf } from './address.ts'
import type { Config } from './config.ts'
import { refuseIncompleteSplit } from './split-config.ts'

export interface ServiceOptions {
  version: string
  /** Folder of the SQL migrations. */
  migrationsFolder: string
  /** Folder of the built web app. */
  webRoot: string
  /** The generated OpenAPI document. */
  openApiFile: string
  /** What is new in this version; null where that was not shipped. */
  changelogFile?: string | null
  /** The configuration as an administrator may see it. */
  settings?: readonly Setting[]
  log: Logger
}

export interface RunningService {
  /** Where it answers, for people on this machine. */
  url: string
  /** Stops in stages: not ready, a pause for balancers, no new jobs, requests drained, rooms and parts closed. */
  stop(): Promise<void>
}

/**
 * Starts the roles of the configuration in this process. Throws, with everything closed, when a part cannot start.
 * A gateway alone opens no parts: it needs no database to send requests on.
 */
export async function startService(config: Config, options: ServiceOptions): Promise<RunningService> {
  const { log } = options
  const { host, roles, requestTimeoutMs, bodyTimeoutMs, trustProxy, stopDelayMs, stopDrainMs } = config.server
  refuseIncompleteSplit(config)
  const port = await portOf(config.server)
  const url = localUrl(host, port)
  const publicUrl = config.server.publicUrl ?? url
  const isNamed = config.server.publicUrl !== undefined
  if (!isNamed && isWildcard(host)) {
    log.warn(
      { publicUrl },
      'others can reach this service: answers name pictures by the host that was asked, but webhooks and events name this machine until PUBLIC_URL is set',
    )
  }
  const stages: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const stage of stages.splice(0).reverse()) {
      try {
        await stage()
      } catch (error) {
        log.error({ err: error }, 'a part did not stop well')
      }
    }
  }
  try {
    // Each is a third of what is loaded, so a process loads what its roles need.
    const rooms = roles.some((role) => role !== 'gateway') ? await import('./house.ts') : null
    const house =
      (await rooms?.openHouse(config, publicUrl, options.migrationsFolder, log, aboutOf(options))) ?? null
    if (house !== null) stages.push(() => house.close())
    const gateway = roles.includes('gateway') ? await import('./front.ts') : null
    const front = (await gateway?.openFront(config, publicUrl, options, log)) ?? null
    if (front !== null) stages.push(() => front.close())

    let stopping = false
    const metrics = createMetrics({ processMetrics: true })
    const app = createApp({
      log,
      metrics,
      requestTimeoutMs,
      bodyTimeoutMs,
      drainTimeoutMs: stopDrainMs,
      trustProxy,
      stopping: () => stopping,
      authenticate: async () => null,
      ...(isNamed ? {} : { ownUrl: publicUrl }),
      ...house?.appOptions,
      ...front?.appOptions,
    })
    stages.push(() => app.close())
    noticeProxy(app, { publicUrl: isNamed, trustProxy: trustProxy !== false }, log)
    if (front !== null) stages.push(() => front.endStreams())
    registerHealth(app, {
      version: options.version,
      metrics,
      stopping: () => stopping,
      parts: { ...house?.parts, ...front?.parts },
    })
    await front?.prepare(app)
    await house?.mount(app, metrics)
    await front?.mount(app)
    await app.ready()
    if (!roles.includes('api')) front?.tunnel(app)
    if (house !== null) {
      stages.push(() => house.endStreams())
      stages.push(...(await house.startWork()))
    }
    await app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' ? new Error(inUse(host, port)) : error
    })
    const withdraw = await announce(config, port, log)
    stages.push(async () => {
      stopping = true
      await withdraw()
      await pause(stopDelayMs)
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

const aboutOf = ({ version, settings = [], changelogFile = null }: ServiceOptions) => ({
  version,
  settings,
  changelogFile,
})

const inUse = (host: string, port: number): string =>
  `${host}:${port} is in use by another program. Stop that one first, or choose another port (PORT).`

/** Registers every role of this process where a registry is configured; gives what takes it back. */
async function announce(config: Config, port: number, log: Logger): Promise<() => Promise<void>> {
  const { discoveryUrl, advertisedAddress } = config.upstreams
  if (discoveryUrl === undefined) return async () => undefined
  const address = advertisedAddress ?? config.server.host
  const deregister = await Promise.all(
    config.server.roles.map((role) =>
      registerInConsul({
        url: discoveryUrl,
        service: `rendition-${role}`,
        id: `rendition-${role}-${address}-${port}`,
        address,
        port,
        log,
      }),
    ),
  )
  return async () => {
    await Promise.all(deregister.map((end) => end()))
  }
}
