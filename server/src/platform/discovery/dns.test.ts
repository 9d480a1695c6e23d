import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDnsServer, type DnsServer, dnsmasqMissing } from '../../../test/services/dnsmasq.ts'
import { createLogger } from '../telemetry/logger.ts'
import { resolveByDns } from './dns.ts'
import type { Resolver } from './port.ts'
import { resolveUrls } from './urls.ts'

const log = createLogger('silent')

describe.skipIf(dnsmasqMissing)('names over a real DNS server (dnsmasq)', () => {
  let folder: string
  let server: DnsServer
  let resolver: Resolver | undefined
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-dns-'))
    server = await createDnsServer(folder)
  })
  afterEach(async () => {
    resolver?.close()
    await server.stop()
    await rm(folder, { recursive: true })
  })
  const resolve = async (url: string): Promise<Resolver> => {
    resolver = await resolveByDns(url, { server: server.address, refreshMs: 50, log })
    return resolver
  }
  const hosts = (from: Resolver): string[] =>
    from
      .endpoints()
      .map(({ host, port }) => `${host}:${port}`)
      .sort()

  it('follows the A records of a name as they change', async () => {
    await server.serve(['address=/api.test/127.0.0.2', 'address=/api.test/127.0.0.3'])
    const api = await resolve('http://api.test:3002')
    await vi.waitFor(() => expect(hosts(api)).toEqual(['127.0.0.2:3002', '127.0.0.3:3002']))
    await server.serve(['address=/api.test/127.0.0.4'])
    await vi.waitFor(() => expect(hosts(api)).toEqual(['127.0.0.4:3002']), { timeout: 10_000 })
  })

  it('takes ports from SRV records, of the best priority only', async () => {
    await server.serve([
      'srv-host=_api._tcp.test,one.test,4001,10,60',
      'srv-host=_api._tcp.test,two.test,4002,10,40',
      'srv-host=_api._tcp.test,spare.test,4003,20,1',
      'address=/one.test/127.0.0.5',
      'address=/two.test/127.0.0.6',
      'address=/spare.test/127.0.0.7',
    ])
    const api = await resolve('srv+http://_api._tcp.test')
    await vi.waitFor(() => expect(hosts(api)).toEqual(['127.0.0.5:4001', '127.0.0.6:4002']), {
      timeout: 10_000,
    })
  })

  it('keeps the last answer while the server is away, and says nothing is known before the first', async () => {
    const api = await resolve('http://api.test:1')
    expect(api.endpoints()).toEqual([])
    await server.serve(['address=/api.test/127.0.0.2'])
    await vi.waitFor(() => expect(hosts(api)).toEqual(['127.0.0.2:1']), { timeout: 10_000 })
    await server.stop()
    const refusals = vi.spyOn(log, 'warn')
    await vi.waitFor(() => expect(refusals).toHaveBeenCalled(), { timeout: 10_000 })
    expect(hosts(api)).toEqual(['127.0.0.2:1'])
  })

  it('takes names and addresses together, each endpoint once', async () => {
    await server.serve([
      'address=/api.test/127.0.0.2',
      'address=/api.test/127.0.0.3',
      'address=/b.test/127.0.0.4',
    ])
    const urls = ['http://api.test:1', 'http://127.0.0.3:1', 'http://127.0.0.3:2', 'http://b.test:1']
    resolver = await resolveUrls(urls, { server: server.address, refreshMs: 50, log })
    const api = resolver
    const all = ['127.0.0.2:1', '127.0.0.3:1', '127.0.0.3:2', '127.0.0.4:1']
    await vi.waitFor(() => expect(hosts(api)).toEqual(all), { timeout: 10_000 })
  })

  it('understands what Consul answers: a service name without underscores, targets that are addresses in hex', async () => {
    await server.serve([
      'srv-host=rendition-api.service.consul,7f000008.addr.dc1.consul,3002,1,1',
      'srv-host=rendition-api.service.consul,7f000009.addr.dc1.consul,3102,1,1',
      'address=/7f000008.addr.dc1.consul/127.0.0.8',
      'address=/7f000009.addr.dc1.consul/127.0.0.9',
    ])
    const api = await resolve('srv+http://rendition-api.service.consul')
    await vi.waitFor(() => expect(hosts(api)).toEqual(['127.0.0.8:3002', '127.0.0.9:3102']), {
      timeout: 10_000,
    })
  })
})

describe('names without a server', () => {
  it('takes literal addresses as they are, and localhost from the system', async () => {
    const literal = await resolveByDns('http://[::1]:81', { refreshMs: 1_000, log })
    expect(literal.endpoints()).toEqual([{ host: '::1', port: 81 }])
    const local = await resolveByDns('http://localhost:82', { refreshMs: 1_000, log })
    expect(local.endpoints().map(({ port }) => port)).toContain(82)
    local.close()
  })
})
