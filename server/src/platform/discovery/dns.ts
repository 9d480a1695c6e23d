import { promises as dns } from 'node:dns'
import { isIP } from 'node:net'
import { startLoop } from '../loop.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Endpoint, Resolver } from './port.ts'

export interface DnsOptions {
  /** `host:port` of a DNS server to ask, e.g. Consul's; the system's without it. */
  server?: string
  /** Milliseconds between two questions. Records of service registries live for seconds. */
  refreshMs: number
  log: Logger
}

/**
 * Endpoints of `http://name:port` (every A and AAAA record of the name) or `srv+http://name` (SRV records, which carry
 * ports; of several priorities only the most preferred is used, RFC 2782). A literal address resolves to itself.
 */
export async function resolveByDns(url: string, options: DnsOptions): Promise<Resolver> {
  const ask = questionOf(url, resolverOf(options.server))
  if (Array.isArray(ask)) return { endpoints: () => ask, close: () => undefined }

  let known: Endpoint[] = []
  let failing = false
  const refresh = async (): Promise<void> => {
    try {
      const answer = await ask()
      // An empty answer is what a registry gives in the moment of its own restart.
      if (answer.length > 0) known = answer
      failing = false
    } catch (error) {
      if (!failing) options.log.warn({ err: error, service: url }, 'a service name does not resolve')
      failing = true
    }
  }
  await refresh()
  const loop = startLoop({
    name: `looking up ${url}`,
    everyMs: options.refreshMs,
    firstMs: options.refreshMs,
    pass: refresh,
    log: options.log,
  })
  return { endpoints: () => known, close: () => void loop.stop() }
}

function resolverOf(server: string | undefined): dns.Resolver | null {
  if (server === undefined) return null
  const resolver = new dns.Resolver({ timeout: 1_000, tries: 2 })
  resolver.setServers([server])
  return resolver
}

type Question = () => Promise<Endpoint[]>

function questionOf(url: string, resolver: dns.Resolver | null): Question | Endpoint[] {
  if (url.startsWith('srv+http://')) {
    const name = new URL(url.slice('srv+'.length)).hostname
    return () => resolveSrv(name, resolver)
  }
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const endpoint = { host, port: port === '' ? 80 : Number(port) }
  if (isIP(host) !== 0) return [endpoint]
  return async () => (await addressesOf(host, resolver)).map((address) => ({ ...endpoint, host: address }))
}

async function resolveSrv(name: string, resolver: dns.Resolver | null): Promise<Endpoint[]> {
  const records = await (resolver ?? dns).resolveSrv(name)
  const best = Math.min(...records.map((record) => record.priority))
  const preferred = records.filter((record) => record.priority === best)
  const lists = await Promise.all(
    preferred.map(async (record) =>
      (await addressesOf(record.name, resolver)).map((host) => ({ host, port: record.port })),
    ),
  )
  return lists.flat()
}

/** The system's look-up honours /etc/hosts; a named server is asked for both families. */
async function addressesOf(name: string, resolver: dns.Resolver | null): Promise<string[]> {
  if (isIP(name) !== 0) return [name]
  if (resolver === null) return (await dns.lookup(name, { all: true })).map(({ address }) => address)
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const [first] = answers
  if (found.length === 0 && first?.status === 'rejected') throw first.reason
  return found
}
