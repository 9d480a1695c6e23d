import {
  createBalancer,
  createProxy,
  createTunnels,
  methodsDescribed,
  openWebApp,
  probeHealth,
  readApiDescription,
  registerGateway,
  registerOlderStatuses,
  registerOtherOrigins,
  registerUpstreams,
  rewriteOlderPath,
  takesUpgrades,
  type UpstreamName,
  upstreamNames,
  workerFile,
} from '../gateway/index.ts'
import { systemClock } from '../platform/clock.ts'
import { resolveUrls } from '../platform/discovery/index.ts'
import type { App, AppOptions } from '../platform/http/app.ts'
import type { Part } from '../platform/http/health.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { Config } from './config.ts'

type Balancer = ReturnType<typeof createBalancer>

/** The gateway in this process: its pages, and the way to the roles that run elsewhere. */
export interface Front {
  appOptions: Pick<AppOptions, 'rewriteUrl' | 'methodsAt' | 'fallback'>
  /** Readiness of each upstream, by name. */
  parts: Record<string, Part>
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
    server.offlinePage ? [] : [workerFile],
  )
  const description = await readApiDescription(files.openApiFile)
  const balancers: Partial<Record<UpstreamName, Balancer>> = {}
  const closers: (() => void)[] = []
  for (const name of upstreamNames) {
    const urls = upstreams[name]
    const here = server.roles.includes(name)
    refuseMismatch(name, urls, here)
    if (here) continue
    const dns = upstreams.dnsServer === undefined ? {} : { server: upstreams.dnsServer }
    const resolver = await resolveUrls(urls, { ...dns, refreshMs, log })
    const balancer = createBalancer(resolver, systemClock, probeHealth)
    closers.push(() => resolver.close(), balancer.close)
    balancers[name] = balancer
  }
  const proxy = createProxy({ connectTimeoutMs, idleTimeoutMs: server.requestTimeoutMs })
  const tunnels = createTunnels({ connectTimeoutMs, log })
  const entries = Object.entries(balancers) as [UpstreamName, Balancer][]
  return {
    appOptions: {
      rewriteUrl: rewriteOlderPath,
      methodsAt: methodsDescribed(description),
      fallback: webApp.deepLink,
    },
    parts: Object.fromEntries(
      entries.map(([name, balancer]) => [
        name,
        {
          check: async () => {
            if (!balancer.available()) throw new Error('no endpoint')
          },
        },
      ]),
    ),
    async prepare(app) {
      registerOlderStatuses(app)
      await registerOtherOrigins(app, server.corsOrigins)
    },
    async mount(app) {
      await registerUpstreams(app, balancers, proxy, tunnels)
      await registerGateway(app, {
        webApp,
        description,
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
