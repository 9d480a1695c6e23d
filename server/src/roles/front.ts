import {
  createAdmission,
  createBalancer,
  createProxy,
  createTunnels,
  openWebApp,
  probeHealth,
  registerGateway,
  registerOtherOrigins,
  registerUpstreams,
  rewriteOlderPath,
  takesUpgrades,
  type UpstreamName,
  upstreamNames,
} from '../gateway/index.ts'
import { systemClock } from '../platform/clock.ts'
import { resolveUrls } from '../platform/discovery/index.ts'
import type { App, AppOptions } from '../platform/http/app.ts'
import { openLimits } from '../platform/limits/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { Config } from './config.ts'

type Balancer = ReturnType<typeof createBalancer>

/** The gateway in this process: its pages, and the way to the roles that run elsewhere. */
export interface Front {
  appOptions: Pick<AppOptions, 'rewriteUrl' | 'fallback' | 'admit'>
  /** Readiness of each upstream, by name. */
  parts: Record<string, () => Promise<void>>
  /** Before any route exists: what holds for the routes of every role. */
  prepare(app: App): Promise<void>
  mount(app: App): Promise<void>
  /** WebSockets to roles elsewhere; call once the server exists and no role here takes upgrades itself. */
  tunnel(app: App): void
  /** Ends WebSockets and event streams to roles elsewhere, which would keep the server from closing. */
  endStreams(): Promise<void>
  close(): Promise<void>
}

const refreshMs = 5_000
const connectTimeoutMs = 2_000

export async function openFront(
  config: Config,
  publicUrl: string,
  files: { webRoot: string; openApiFile: string },
  log: Logger,
): Promise<Front> {
  const { server, upstreams } = config
  const { directUrl } = config.delivery
  const webApp = await openWebApp(
    files.webRoot,
    directUrl === undefined ? [publicUrl] : [publicUrl, directUrl],
  )
  const balancers: Partial<Record<UpstreamName, Balancer>> = {}
  const closers: (() => void)[] = []
  for (const name of upstreamNames) {
    const urls = upstreams[name]
    const here = server.roles.includes(name)
    refuseMismatch(name, urls, here)
    if (here) continue
    const dns = upstreams.dnsServer === undefined ? {} : { server: upstreams.dnsServer }
    const resolver = await resolveUrls(urls, { ...dns, refreshMs, logger: log })
    const balancer = createBalancer(resolver, systemClock, probeHealth)
    closers.push(() => resolver.close(), balancer.close)
    balancers[name] = balancer
  }
  // Without a limit nothing is counted, and a gateway needs no Redis.
  const limits = await openLimits({ url: server.rateLimit === 0 ? 'memory:' : config.parts.cacheUrl, log })
  const proxy = createProxy({ connectTimeoutMs, idleTimeoutMs: server.requestTimeoutMs })
  const tunnels = createTunnels({ connectTimeoutMs, logger: log })
  const entries = Object.entries(balancers) as [UpstreamName, Balancer][]
  return {
    appOptions: {
      rewriteUrl: rewriteOlderPath,
      fallback: webApp.deepLink,
      ...(server.rateLimit === 0 ? {} : { admit: createAdmission(server.rateLimit, limits.createLimiter) }),
    },
    parts: Object.fromEntries(
      entries.map(([name, balancer]) => [
        name,
        async () => {
          if (!balancer.available()) throw new Error('no endpoint')
        },
      ]),
    ),
    prepare: (app) => registerOtherOrigins(app, server.corsOrigins),
    async mount(app) {
      await registerUpstreams(app, balancers, proxy, tunnels)
      await registerGateway(app, {
        webApp,
        openApiFile: files.openApiFile,
      })
    },
    tunnel: (app) => tunnels.listen(app, takesUpgrades),
    async endStreams() {
      proxy.endStreams()
      await tunnels.end()
    },
    async close() {
      proxy.close()
      for (const close of closers) close()
      await limits.close()
    },
  }
}

/** Both directions of the same mistake: an upstream nobody runs, and one that is named although it runs here. */
function refuseMismatch(name: UpstreamName, urls: readonly string[], here: boolean): void {
  const variable = `UPSTREAM_${name.toUpperCase()}`
  const local = urls.includes('local:')
  if (here && !local) {
    throw new Error(
      `${variable} names ${urls.join(', ')}, but the role ${name} runs in this process. Drop one of the two.`,
    )
  }
  if (!here && local) {
    throw new Error(`The role ${name} does not run in this process: set ${variable} to where it does.`)
  }
}
