import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../platform/http/app.ts'
import { anyone, declareRights } from '../platform/http/rights.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { createStreet, portOf } from './testing/gateway.ts'

const street = createStreet()
afterEach(() => street.close())

const within = { timeout: 20_000, interval: 20 }

describe('bodies on their way through the gateway', () => {
  it('go on before they end, both ways', async () => {
    const echo = await street.endpoint((request, response) => {
      response.flushHeaders()
      request.pipe(response)
    })
    const { base } = await street.gateway([echo])
    const heard: string[] = []
    let ended = false
    const asking = httpRequest(`${base}/api/images/x/replace`, { method: 'POST' }, (answer) => {
      answer.setEncoding('utf8').on('data', (text: string) => heard.push(text))
      answer.once('end', () => {
        ended = true
      })
    })
    asking.write('one ')
    await vi.waitFor(() => expect(heard.join('')).toBe('one '), within)
    asking.write('two ')
    await vi.waitFor(() => expect(heard.join('')).toBe('one two '), within)
    expect(ended).toBe(false)
    asking.end('three')
    await vi.waitFor(() => expect([heard.join(''), ended]).toEqual(['one two three', true]), within)
  })

  it('are held back when the endpoint does not read, instead of filling the memory', async () => {
    let stuckOn: IncomingMessage | undefined
    const stuck = await street.endpoint((request) => {
      stuckOn = request.pause()
    })
    const { base } = await street.gateway([stuck])
    const asking = httpRequest(`${base}/api/images`, {
      method: 'POST',
      headers: { 'content-length': 1024 ** 3 },
    })
    asking.on('error', () => {})
    const chunk = Buffer.alloc(1024 * 1024)
    let written = 0
    let blocked = 0
    const write = (): void => {
      while (written < 512 && asking.write(chunk)) written += 1
      written += 1
      asking.once('drain', write)
    }
    write()
    await vi.waitFor(
      () => {
        const before = blocked
        blocked = written
        expect([before, written < 512]).toEqual([written, true])
      },
      { timeout: 20_000, interval: 300 },
    )
    // What the sockets of three processes' ends hold, and no more.
    expect(written).toBeLessThan(64)
    stuckOn?.resume()
    asking.destroy()
  })

  it('are held back when the client does not read', async () => {
    let sent = 0
    const fast = await street.endpoint((_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024)
      const write = (): void => {
        while (sent < 512 && response.write(chunk)) sent += 1
        sent += 1
        response.once('drain', write)
      }
      write()
    })
    const { base } = await street.gateway([fast])
    const socket = connect(Number(new URL(base).port), '127.0.0.1')
    socket.pause()
    socket.write('GET /api/jobs HTTP/1.1\r\nhost: x\r\n\r\n')
    let known = -1
    await vi.waitFor(
      () => {
        const before = known
        known = sent
        expect([sent > 0, before]).toEqual([true, sent])
      },
      { timeout: 20_000, interval: 300 },
    )
    expect(sent).toBeLessThan(64)
    socket.destroy()
  })
})

const finish: (() => void)[] = []

describe('a small body that comes slowly', () => {
  it('holds no place at an endpoint before it is whole', async () => {
    const seen: string[] = []
    const api = await street.endpoint(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      seen.push(`${request.headers['content-length']} ${body}`)
      response.end('taken')
    })
    let connections = 0
    api.server.on('connection', () => {
      connections += 1
    })
    const { base, inFlight } = await street.gateway([api])
    const slow = Array.from({ length: 20 }, (_, n) => {
      const answer = new Promise<number | undefined>((resolve, reject) => {
        const path = n % 2 === 0 ? '/api/jobs' : '/api/images/1/transform'
        const asking = httpRequest(`${base}${path}`, { method: 'POST' }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        asking.once('error', reject)
        asking.write('one ')
        finish.push(() => asking.end('two'))
      })
      return answer
    })
    // Answered after all of them have been heard of.
    expect(await (await fetch(`${base}/api/jobs`)).text()).toBe('taken')
    expect([connections, inFlight()]).toEqual([1, 0])
    for (const end of finish.splice(0)) end()
    expect(await Promise.all(slow)).toEqual(Array(20).fill(200))
    expect(seen.filter((body) => body === '7 one two')).toHaveLength(20)
  })
})

describe('an endpoint that answers before the body is there', () => {
  it('is heard, and the connection of the client goes on', async () => {
    const app = createApp({
      log: createLogger('silent'),
      authenticate: async () => null,
      requestTimeoutMs: 20_000,
    })
    declareRights(app, anyone)
    app.post('/api/jobs', async () => 'taken')
    app.get('/api/jobs', async () => 'here')
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { base } = await street.gateway([{ host: '127.0.0.1', port: portOf(app.server) }])
    const body = JSON.stringify({ text: 'x'.repeat(3_000_000) })
    const headers = { 'content-type': 'application/json' }
    for (let n = 0; n < 10; n += 1) {
      const refused = await fetch(`${base}/api/jobs`, { method: 'POST', headers, body })
      expect([refused.status, await refused.json()]).toMatchObject([413, { code: 'request_too_large' }])
      expect(await (await fetch(`${base}/api/jobs`)).text()).toBe('here')
    }
    await app.close()
  })
})

describe('an endpoint that falls silent', () => {
  it('is left, by those who wait for it too, until it speaks again', async () => {
    let frozen = true
    const waiting: string[] = []
    const silent = await street.endpoint((request, response) => {
      waiting.push(request.method ?? '')
      if (!frozen) response.end('thawed')
    })
    const live = await street.endpoint((_request, response) => response.end('live'))
    const probe = async ({ port }: { port: number }) => {
      if (frozen && port === silent.port) throw new Error('no answer')
      return { leaving: false }
    }
    const { base } = await street.gateway([silent, live], probe)
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => (await fetch(`${base}/api/jobs`)).text()),
    )
    expect(answers).toEqual(Array(8).fill('live'))
    expect(waiting.length).toBeGreaterThan(0)
    const before = waiting.length
    for (let n = 0; n < 8; n += 1) expect(await (await fetch(`${base}/api/jobs`)).text()).toBe('live')
    expect(waiting).toHaveLength(before)

    frozen = false
    await vi.waitFor(async () => {
      expect(await (await fetch(`${base}/api/jobs`)).text()).toBe('thawed')
    }, within)
  })

  it('is left before anybody asks it, when a probe hears that it leaves', async () => {
    const asked: string[] = []
    const named = (name: string) =>
      street.endpoint((_request, response) => {
        asked.push(name)
        response.end(name)
      })
    const [leaving, staying] = [await named('leaving'), await named('staying')]
    const heard = new Set<number>()
    const probe = async ({ port }: { port: number }) => {
      heard.add(port)
      return { leaving: port === leaving.port }
    }
    const { base } = await street.gateway([leaving, staying], probe)
    await vi.waitFor(() => expect(heard.size).toBe(2), within)
    for (let n = 0; n < 10; n += 1) await (await fetch(`${base}/api/jobs`)).text()
    expect(asked).toEqual(Array(10).fill('staying'))
  })

  it('fails a write that it may have seen with 503, and everything at once when it is the only one', async () => {
    const silent = await street.endpoint((request) => void request.resume())
    const { base } = await street.gateway([silent], async () => {
      throw new Error('no answer')
    })
    const write = await fetch(`${base}/api/images`, { method: 'POST', body: 'x' })
    expect([write.status, write.headers.get('retry-after')]).toEqual([503, '2'])
    const ask = await fetch(`${base}/api/jobs`)
    expect([ask.status, ask.headers.get('retry-after')]).toEqual([503, '2'])
  })
})
