import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import type { Endpoint } from '../../platform/discovery/port.ts'
import { createApp } from '../../platform/http/app.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { type Balancer, createBalancer } from '../balancer.ts'
import type { Probe } from '../probe.ts'
import { createProxy } from '../proxy.ts'
import { createTunnels, type Tunnels } from '../tunnel.ts'
import { registerUpstreams, takesUpgrades } from '../upstream-routes.ts'

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
    async gateway(
      endpoints: Endpoint[],
      probe?: Probe,
    ): Promise<{ base: string; tunnels: Tunnels; inFlight: () => number }> {
      const clock = { now: () => new Date() }
      const log = createLogger('silent')
      const app = createApp({
        log,
        authenticate: async () => null,
        requestTimeoutMs: 20_000,
      })
      const resolver = { endpoints: () => endpoints, close: () => undefined }
      const { balancer, inFlight } = counted(createBalancer(resolver, clock, probe))
      const tunnels = createTunnels({ connectTimeoutMs: 1_000, log })
      const proxy = createProxy({ connectTimeoutMs: 1_000, idleTimeoutMs: 5_000 })
      await registerUpstreams(app, { api: balancer }, proxy, tunnels)
      await app.listen({ host: '127.0.0.1', port: 0 })
      tunnels.listen(app, takesUpgrades)
      closers.push(async () => {
        balancer.close()
        proxy.close()
        await tunnels.end()
        await app.close()
      })
      return { base: `http://127.0.0.1:${portOf(app.server)}`, tunnels, inFlight }
    },

    async close(): Promise<void> {
      for (const close of closers.splice(0).reverse()) await close()
    },
  }
}

/** The balancer, and how many of its leases are not released. */
function counted(balancer: Balancer): { balancer: Balancer; inFlight: () => number } {
  let open = 0
  const lease: Balancer['lease'] = (tried) => {
    const given = balancer.lease(tried)
    if (given === null) return null
    open += 1
    const release: typeof given.release = (outcome) => {
      open -= 1
      given.release(outcome)
    }
    return { ...given, release }
  }
  return { balancer: { ...balancer, lease }, inFlight: () => open }
}
