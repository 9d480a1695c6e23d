import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { portOf } from '../gateway/testing/gateway.ts'
import { loadConfig } from '../platform/config/load.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { configSchema } from './config.ts'
import { type Closers, gatewayFolder, startGateway } from './testing/gateway.ts'

const closers: Closers = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A process of a role, as far as a gateway can tell: it answers with its name and what it was sent. */
function createEndpoint(name: string) {
  let server: Server | undefined
  let port = 0
  let asked = 0
  const kill = async (): Promise<void> => {
    const ending = server
    server = undefined
    if (ending === undefined) return
    // As when a process is killed: every connection is cut, whatever was being answered.
    const ended = new Promise((resolve) => ending.close(resolve))
    ending.closeAllConnections()
    await ended
  }
  closers.push(kill)
  return {
    url: () => `http://127.0.0.1:${port}`,
    /** Requests since the last call, probes aside. */
    count: () => {
      const since = asked
      asked = 0
      return since
    },
    kill,
    async start() {
      server = createServer(async (request, response) => {
        let body = ''
        for await (const chunk of request) body += chunk
        if (request.url === '/health') return void response.end()
        asked += 1
        // Long enough for one that dies to have requests in its hands.
        setTimeout(() => response.end(`${name}:${body}`), 5)
      })
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
      port = portOf(server)
    },
  }
}

describe('a gateway with a list of addresses', () => {
  it('uses all, goes on without one that dies, in no request visibly, and uses it again when it is back', async () => {
    const [one, two] = [createEndpoint('one'), createEndpoint('two')]
    await Promise.all([one.start(), two.start()])
    const { url: base } = await startGateway(`${one.url()}, ${two.url()}`, closers)
    const failed: unknown[] = []
    let running = true
    let answered = 0
    const readers = Array.from({ length: 4 }, async () => {
      while (running) {
        const answer = await fetch(`${base}/api/jobs`).catch((error: unknown) => error as Error)
        if (answer instanceof Error || answer.status !== 200) failed.push(answer)
        else await answer.text()
        answered += 1
      }
    })
    const more = async (requests: number) => {
      const until = answered + requests
      await vi.waitFor(() => expect(answered).toBeGreaterThanOrEqual(until), 20_000)
    }
    await more(60)
    expect(Math.min(one.count(), two.count())).toBeGreaterThan(10)

    await one.kill()
    await more(100)
    // What cannot be sent twice is whole for the other one, since nobody took it.
    for (let n = 0; n < 20; n += 1) {
      const answer = await fetch(`${base}/api/images`, { method: 'POST', body: `body ${n}` })
      expect(await answer.text()).toBe(`two:body ${n}`)
    }
    expect((await fetch(`${base}/ready`)).status).toBe(200)

    one.count()
    await one.start()
    await vi.waitFor(() => expect(one.count()).toBeGreaterThan(3), 20_000)
    await two.kill()
    await more(100)
    running = false
    await Promise.all(readers)
    expect(failed).toEqual([])
  })

  it.each([
    [',', /must be local:/],
    ['http://10.0.0.1:3002,10.0.0.2:3002', /10\.0\.0\.2:3002 must be local:, http:\/\/host:port/],
    ['http://10.0.0.1:3002;http://10.0.0.2:3002', /must be local:/],
    ['http://10.0.0.1:3002 http://10.0.0.2:3002', /must be local:/],
    ['http://10.0.0.1:70000', /10\.0\.0\.1:70000 must be local:/],
    ['http://10.0.0.1:0', /port 0/],
    ['http://,http://10.0.0.2:3002', /http:\/\/ must be local:/],
    ['http://10.0.0.1:3002,https://10.0.0.2:3002', /10\.0\.0\.2:3002: roles speak plain http/],
    ['local:,http://10.0.0.1:3002', /local: is this process, and stands alone/],
    ['http://10.0.0.1:3002,srv+http://_api._tcp.test', /srv\+http:\/\/ is a list already/],
    ['srv+http://_api._tcp.test:3002', /the port is in the SRV record/],
    ['http://10.0.0.1:3002/api', /nothing may follow the address/],
    ['http://10.0.0.1:3002,http://10.0.0.2:3002,http://10.0.0.1:3002/', /10\.0\.0\.1:3002 is named twice/],
    ['http://ann:s3cret@10.0.0.1:3002', /^(?![\s\S]*s3cret)[\s\S]*no password/],
  ])('refuses %j at the start, and says why', (text, message) => {
    const load = () => loadConfig(configSchema, { UPSTREAM_API: text }, () => '')
    expect(load).toThrow(/UPSTREAM_API: /)
    expect(load).toThrow(message)
  })

  it('names every fault of every list at once', () => {
    const load = () =>
      loadConfig(configSchema, { UPSTREAM_API: 'a:1,https://b', UPSTREAM_AUTH: 'local:,local:' }, () => '')
    expect(load).toThrow(
      /UPSTREAM_AUTH: local: is this[\s\S]*UPSTREAM_API: a:1 must[\s\S]*UPSTREAM_API: https:\/\/b: roles/,
    )
  })

  it('refuses a list for a role that runs here', async () => {
    const folder = await gatewayFolder(closers)
    const config = loadConfig(
      configSchema,
      { DATA_DIR: folder, UPSTREAM_API: 'http://10.0.0.1:3002,http://10.0.0.2:3002' },
      () => '',
    )
    const { openFront } = await import('./front.ts')
    const files = { webRoot: folder, openApiFile: join(folder, 'openapi.json') }
    await expect(openFront(config, 'http://x', files, createLogger('silent'))).rejects.toThrow(
      'UPSTREAM_API names http://10.0.0.1:3002, http://10.0.0.2:3002, but the role api runs in this process.',
    )
  })
})
