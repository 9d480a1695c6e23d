import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** What the proxy does to what passes through it. */
export type Weather =
  | { kind: 'fair' }
  /** Every chunk arrives so much later, in both directions. */
  | { kind: 'slow'; ms: number }
  /** Connections are reset after so many bytes of answers. */
  | { kind: 'cut'; afterBytes: number }
  /** The server's side says that it is done after so many bytes of answers, and goes on listening. */
  | { kind: 'half-closed'; afterBytes: number }
  /** Nothing arrives any more, and nobody is told. */
  | { kind: 'silent' }
  /** New connections are refused at once, running ones are reset. */
  | { kind: 'refused' }

export interface Target {
  host: string
  port: number
}

export interface TcpProxy {
  port: number
  /** Holds for running connections too. */
  weather(now: Weather): void
  /** Moves the address: new connections go here, running ones stay where they are. */
  lead(to: readonly Target[]): void
  close(): Promise<void>
}

/**
 * A reset of a socket whose end is still on its way leaves a handle that never closes: Node then spins for ever when the
 * process ends (libuv refuses to reset while it shuts down).
 */
const reset = (socket: Socket): void =>
  void (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy())

/** A network between a client and one or several servers, the connections going to each in turn. */
export async function startTcpProxy(
  targets: readonly Target[],
  options: { port?: number } = {},
): Promise<TcpProxy> {
  let led = targets
  let now: Weather = { kind: 'fair' }
  let turn = 0
  const pairs = new Set<{ near: Socket; far: Socket }>()

  const server = createServer({ allowHalfOpen: true }, (near) => {
    const target = led[turn++ % led.length]
    if (target === undefined || now.kind === 'refused') return void reset(near)
    const far = connect({ ...target, allowHalfOpen: true })
    const pair = { near, far }
    pairs.add(pair)
    near.setNoDelay(true)
    far.setNoDelay(true)
    const end = (): void => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    // A server that is down looks to the client as it would without us: reset, not closed in order.
    far.once('error', () => reset(near))
    near.once('error', end)
    near.once('close', end)
    far.once('close', end)
    let answered = 0
    void pump(near, far, async () => {})
    void pump(far, near, async (chunk) => {
      answered += chunk.length
      if (now.kind === 'cut' && answered > now.afterBytes) reset(near)
      if (now.kind === 'half-closed' && answered > now.afterBytes) near.end()
    })
  })

  async function pump(from: Socket, to: Socket, passing: (chunk: Buffer) => Promise<void>): Promise<void> {
    try {
      for await (const chunk of from) {
        if (now.kind === 'slow') await pause(now.ms)
        while (now.kind === 'silent' && !from.destroyed) await pause(50)
        await passing(chunk as Buffer)
        if (!to.writable) return
        if (!to.write(chunk)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve))
      }
      to.end()
    } catch {
      to.destroy()
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    weather(next) {
      now = next
      if (next.kind === 'refused') for (const { near } of pairs) reset(near)
    },
    lead(to) {
      led = to
    },
    async close() {
      for (const { near, far } of pairs) {
        near.destroy()
        far.destroy()
      }
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
