import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import type { Endpoint } from '../../platform/discovery/port.ts'
import { createApp } from '../../platform/http/app.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { createBalancer } from '../balancer.ts'
import type { Probe } from '../probe.ts'
import { createProxy } from '../proxy.ts'
import { tunnelUpgrades } from '../tunnel.ts'
import { registerUpstreams, upgradeUpstreamOf } from '../upstream-routes.ts'

export const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port

/** Endpoints and gateways on free ports; `close` ends them all, the last first. */
export function createStreet() {
  const closers: (() => unknown)[] = []
  return {
    async endpoint(listener: RequestListener): Promise<Endpoint & { server: Server }> {
      const server = createServer(listener)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      closers.push(() => {
        server.closeAllConnections()
        return new Promise((resolve) => server.close(resolve))
      })
      return { host: '127.0.0.1', port: portOf(server), server }
    },

    /** A port at which nobody listens. */
    async deadEndpoint(): Promise<Endpoint> {
      const server = createTcpServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const port = portOf(server)
      await new Promise((resolve) => server.close(resolve))
      return { host: '127.0.0.1', port }
    },

    /** The proxy and the tunnel before these endpoints, all of them of the role api. */
    async gateway(endpoints: Endpoint[], probe?: Probe): Promise<{ base: string }> {
      const clock = { now: () => new Date() }
      const logger = createLogger('silent')
      const app = createApp({ logger, authenticate: async () => null, requestTimeoutMs: 20_000 })
      const resolver = { endpoints: () => endpoints, close: () => undefined }
      const balancer = createBalancer(resolver, clock, probe)
      const proxy = createProxy({ connectTimeoutMs: 1_000, idleTimeoutMs: 5_000 })
      await registerUpstreams(app, { api: balancer }, proxy)
      await app.listen({ host: '127.0.0.1', port: 0 })
      const balancerOf = (path: string) => (upgradeUpstreamOf(path) === 'api' ? balancer : null)
      tunnelUpgrades({ server: app.server, balancerOf, connectTimeoutMs: 1_000, logger })
      closers.push(async () => {
        balancer.close()
        proxy.close()
        await app.close()
      })
      return { base: `http://127.0.0.1:${portOf(app.server)}` }
    },

    async close(): Promise<void> {
      for (const close of closers.splice(0).reverse()) await close()
    },
  }
}
