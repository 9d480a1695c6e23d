import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogger } from '../telemetry/logger.ts'
import { resolveByDns } from './dns.ts'
import type { Resolver } from './port.ts'

const dnsmasq = ['/usr/sbin/dnsmasq', '/usr/bin/dnsmasq'].find((path) => existsSync(path))
const logger = createLogger('silent')

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

/** A real DNS server on loopback; its records change by a restart. */
function dnsServer(folder: string, port: number) {
  let child: ChildProcess | null = null
  const stop = async (): Promise<void> => {
    const ended = child === null ? null : new Promise((resolve) => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    child = null
    await ended
  }
  return {
    stop,
    async serve(records: string[]) {
      await stop()
      const file = join(folder, 'dnsmasq.conf')
      const base = [
        `port=${port}`,
        'listen-address=127.0.0.1',
        'bind-interfaces',
        'no-resolv',
        'no-hosts',
        'local=/test/',
        'local-ttl=1',
      ]
      await writeFile(file, [...base, ...records, ''].join('\n'))
      child = spawn(dnsmasq ?? '', ['-k', '-C', file, '--user=root', '--pid-file='], { stdio: 'ignore' })
    },
  }
}

describe.skipIf(dnsmasq === undefined)('names over a real DNS server (dnsmasq)', () => {
  let folder: string
  let server: ReturnType<typeof dnsServer>
  let ask: string
  let resolver: Resolver | undefined
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-dns-'))
    const port = await freePort()
    ask = `127.0.0.1:${port}`
    server = dnsServer(folder, port)
  })
  afterEach(async () => {
    resolver?.close()
    await server.stop()
    await rm(folder, { recursive: true })
  })
  const resolve = async (url: string): Promise<Resolver> => {
    resolver = await resolveByDns(url, { server: ask, refreshMs: 50, logger })
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
    const refusals = vi.spyOn(logger, 'warn')
    await vi.waitFor(() => expect(refusals).toHaveBeenCalled(), { timeout: 10_000 })
    expect(hosts(api)).toEqual(['127.0.0.2:1'])
  })
})

describe('names without a server', () => {
  it('takes literal addresses as they are, and localhost from the system', async () => {
    const literal = await resolveByDns('http://[::1]:81', { refreshMs: 1_000, logger })
    expect(literal.endpoints()).toEqual([{ host: '::1', port: 81 }])
    const local = await resolveByDns('http://localhost:82', { refreshMs: 1_000, logger })
    expect(local.endpoints().map(({ port }) => port)).toContain(82)
    local.close()
  })
})
