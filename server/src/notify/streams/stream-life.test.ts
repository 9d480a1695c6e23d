import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openStreams, type StreamsSetup } from '../testing/streams-setup.ts'

let setup: StreamsSetup
afterEach(() => setup.close())

/** An SSE connection whose reader decides what it reads. */
async function readStream(token: string, headers: Record<string, string> = {}) {
  const asked = request(`http://${setup.base}/api/events/stream`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const closed = new Promise<void>((resolve) => response.once('close', () => resolve()))
  response.on('error', () => undefined)
  return { response, closed, status: response.statusCode }
}

/** The ids of the whole events that came so far. */
function idsOf(response: IncomingMessage): string[] {
  const ids: string[] = []
  let rest = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const events = (rest + chunk).split('\n\n')
    rest = events.pop() ?? ''
    ids.push(...events.flatMap((event) => /^id: (.+)$/m.exec(event)?.[1] ?? []))
  })
  return ids
}

/** Both places of an account are free. */
const bothPlacesAreFree = () =>
  vi.waitFor(
    async () => {
      const two = await Promise.allSettled([setup.connectAs('ann'), setup.connectAs('ann')])
      const open = two.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      for (const { socket, closed } of open) {
        socket.close()
        await closed
      }
      expect(open).toHaveLength(2)
    },
    { timeout: 15_000, interval: 100 },
  )

describe('a stream ends with the right to read it', () => {
  it('when the token is revoked, by WebSocket and by SSE', async () => {
    setup = await openStreams({ recheckMs: 50 })
    const socket = await setup.connectAs('ann')
    const stream = await readStream('ann')
    stream.response.resume()
    // Looks at a good token change nothing.
    const enough = setup.looks() + 6
    await vi.waitFor(() => expect(setup.looks()).toBeGreaterThan(enough), { timeout: 10_000 })
    expect(socket.socket.readyState).toBe(socket.socket.OPEN)
    setup.revoked.add('ann')
    expect(await socket.closed).toBe(4401)
    await stream.closed
    setup.revoked.clear()
    await bothPlacesAreFree()
  })

  it('when it expires, by SSE too', async () => {
    setup = await openStreams()
    const stream = await readStream('short')
    stream.response.resume()
    await stream.closed
  })
})

describe('places', () => {
  it('are free again when clients leave before they are answered', async () => {
    setup = await openStreams()
    for (let n = 0; n < 5; n += 1) {
      const { socket, closed } = setup.connect('', [], { headers: { authorization: 'Bearer slow' } })
      await once(socket, 'open')
      socket.terminate()
      await closed
    }
    await bothPlacesAreFree()
  })

  it('are free again when readers of SSE leave before it is known who they are', async () => {
    setup = await openStreams()
    for (let n = 0; n < 5; n += 1) {
      const looks = setup.looks()
      const asked = request(`http://${setup.base}/api/events/stream`, {
        headers: { authorization: 'Bearer slow' },
      }).end()
      asked.on('error', () => undefined)
      await vi.waitFor(() => expect(setup.looks()).toBeGreaterThan(looks))
      asked.destroy()
    }
    await bothPlacesAreFree()
  })

  it('are counted over both ways, and refused by SSE with 429 and when to come again', async () => {
    setup = await openStreams()
    const socket = await setup.connectAs('ann')
    const stream = await readStream('ann')
    expect(stream.status).toBe(200)
    const refused = await readStream('ann')
    expect(refused.status).toBe(429)
    expect(refused.response.headers['retry-after']).toBe('30')
    refused.response.resume()
    const bob = await readStream('bob')
    expect(bob.status).toBe(200)
    for (const { response } of [stream, bob]) response.destroy()
    socket.socket.close()
    await bothPlacesAreFree()
  })
})

describe('a slow reader', () => {
  const size = 20_000
  const count = 1_500

  /** What is fetched for a reader that stands still: no more than fits into the buffers between. */
  async function standsStill(): Promise<number> {
    let last = -1
    await vi.waitFor(
      () => {
        const now = setup.log.fetched
        const still = now > 0 && now === last
        last = now
        expect(still).toBe(true)
      },
      { timeout: 20_000, interval: 300 },
    )
    return last
  }

  it('of a WebSocket is waited for, and misses nothing', async () => {
    setup = await openStreams()
    const ann = await setup.connectAs('ann')
    ann.socket.pause()
    for (let n = 0; n < count; n += 1) setup.log.append('ann', 'job.progress', { x: 'x'.repeat(size) })
    setup.announce()
    expect(await standsStill()).toBeLessThan(count / 2)
    const bob = await setup.connectAs('bob')
    setup.log.append('bob')
    setup.announce()
    await vi.waitFor(() => expect(bob.said).toHaveLength(2), { timeout: 10_000 })
    ann.socket.resume()
    await vi.waitFor(() => expect(ann.said).toHaveLength(count + 1), { timeout: 30_000 })
    expect(ann.said.slice(1).map(({ id }) => id)).toEqual(
      Array.from({ length: count }, (_, n) => `e${n + 1}`),
    )
    ann.socket.close()
    bob.socket.close()
  })

  it('of SSE is waited for, and cut off when it takes nothing for long; it can resume', async () => {
    setup = await openStreams({ stuckMs: 1_500, pingMs: 20 })
    const stuck = await readStream('ann')
    for (let n = 0; n < count; n += 1) setup.log.append('ann', 'job.progress', { x: 'x'.repeat(size) })
    setup.announce()
    expect(await standsStill()).toBeLessThan(count / 2)
    // Its place is given up without it having read anything.
    await bothPlacesAreFree()
    const taken = idsOf(stuck.response)
    await stuck.closed
    expect(taken.length).toBeLessThan(count)
    const last = taken.at(-1) ?? 'e1'
    const resumed = await readStream('ann', { 'last-event-id': last })
    const rest = idsOf(resumed.response)
    await vi.waitFor(() => expect(rest.at(-1)).toBe(`e${count}`), { timeout: 30_000 })
    expect(rest[0]).toBe(`e${Number(last.slice(1)) + 1}`)
    expect(rest).toHaveLength(count - Number(last.slice(1)))
    resumed.response.destroy()
  })
})

describe('the heartbeat', () => {
  it('keeps a client that answers and closes one that does not', async () => {
    setup = await openStreams({ heartbeatMs: 100 })
    const alive = await setup.connectAs('ann')
    const dead = await setup.connectAs('ann', '', { autoPong: false })
    expect(await dead.closed).toBe(1006)
    expect(alive.socket.readyState).toBe(alive.socket.OPEN)
    let pings = 0
    alive.socket.on('ping', () => {
      pings += 1
    })
    await vi.waitFor(() => expect(pings).toBeGreaterThan(3), { timeout: 10_000 })
    alive.socket.close()
    await bothPlacesAreFree()
  })

  it('comments an idle SSE stream', async () => {
    setup = await openStreams({ pingMs: 50 })
    const { response } = await readStream('ann')
    let text = ''
    response.on('data', (chunk) => {
      text += chunk
    })
    await vi.waitFor(() => expect(text.match(/^: ping$/gm)?.length).toBeGreaterThan(2), { timeout: 10_000 })
    response.destroy()
  })

  it('does not wait for ever for a client that does not say who it is', async () => {
    setup = await openStreams({ authWithinMs: 100 })
    const silent = setup.connect()
    expect(await silent.closed).toBe(4401)
  })
})

it('streams end with 1001 when the process stops', async () => {
  setup = await openStreams()
  const ann = await setup.connectAs('ann')
  await setup.notify.close()
  expect(await ann.closed).toBe(1001)
})

it('a follower after a quiet time hears what happens next, however much nobody read', async () => {
  setup = await openStreams()
  const first = await setup.connectAs('ann')
  first.socket.close()
  await first.closed
  for (let n = 0; n < 2_000; n += 1) setup.log.append('bob')
  const ann = await setup.connectAs('ann')
  const { id } = setup.log.append('ann')
  setup.announce()
  await vi.waitFor(() => expect(ann.said.at(-1)?.id).toBe(id), { timeout: 10_000 })
  expect(ann.said).toHaveLength(2)
  ann.socket.close()
})

it.each(['/api/events', '/api/events/stream'])(
  'an upgrade of %s that is refused ends its connection',
  async (path) => {
    setup = await openStreams()
    const { hostname, port } = new URL(`http://${setup.base}`)
    const socket = connect(Number(port), hostname)
    const ended = once(socket, 'end')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    // Nothing of a WebSocket's own headers: no library takes this one over.
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`)
    await ended
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /)
  },
)
