import { type AddressInfo, connect, createServer } from 'node:net'

export interface ReadyBalancer {
  port: number
  /** Those that are sent requests, by their URL. */
  readonly ready: readonly string[]
  close(): Promise<void>
}

/** As our files for Kubernetes have it, but asked more often: three answers that failed in a row, each of three seconds. */
const everyMs = 200
const patienceMs = 3_000
const failuresAllowed = 2

/**
 * What a plain Service of Kubernetes does: connections go to the processes whose `/ready` was last answered 200, each
 * in turn, and are refused where there is none.
 */
export async function startReadyBalancer(urls: readonly string[], port = 0): Promise<ReadyBalancer> {
  let ready: string[] = []
  const failures = new Map<string, number>()
  let turn = 0
  let closed = false
  const look = async (): Promise<void> => {
    await Promise.all(
      urls.map(async (url) =>
        failures.set(url, (await answersReady(url)) ? 0 : (failures.get(url) ?? 3) + 1),
      ),
    )
    ready = urls.filter((url) => (failures.get(url) ?? 0) <= failuresAllowed)
  }
  await look()
  const looking = (async () => {
    while (!closed) {
      await new Promise((resolve) => setTimeout(resolve, everyMs))
      await look()
    }
  })()
  const server = createServer((near) => {
    const target = ready[turn++ % Math.max(1, ready.length)]
    near.on('error', () => undefined)
    if (target === undefined) return void near.resetAndDestroy()
    const { hostname, port } = new URL(target)
    const far = connect(Number(port), hostname)
    far.on('error', () => near.destroy())
    near.on('close', () => far.destroy())
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    get ready() {
      return ready
    },
    async close() {
      closed = true
      await looking
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(patienceMs) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}
