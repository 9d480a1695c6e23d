import { type DnsOptions, resolveByDns } from './dns.ts'
import type { Endpoint, Resolver } from './port.ts'

/** The endpoints of every URL, each resolved by itself. One that several of them lead to counts once. */
export async function resolveUrls(urls: readonly string[], options: DnsOptions): Promise<Resolver> {
  const resolvers = await Promise.all(urls.map((url) => resolveByDns(url, options)))
  const [only] = resolvers
  if (only !== undefined && resolvers.length === 1) return only
  return {
    endpoints: () => distinct(resolvers.flatMap((resolver) => resolver.endpoints())),
    close() {
      for (const resolver of resolvers) resolver.close()
    },
  }
}

const distinct = (endpoints: readonly Endpoint[]): Endpoint[] => [
  ...new Map(endpoints.map((endpoint) => [`${endpoint.host}:${endpoint.port}`, endpoint])).values(),
]
