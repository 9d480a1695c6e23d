import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'

export interface Reply {
  status: number
  retryAfter: string | undefined
  bytes: number
  ms: number
}

export interface Requests {
  /** Asks and takes the whole answer; null when `leaveAfterMs` was over first and the connection was cut. */
  ask(path: string, how?: Asking): Promise<Reply | null>
  /** Ends the connections, which `fetch` would keep open. */
  close(): void
}

export interface Asking {
  method?: string
  headers?: Record<string, string>
  leaveAfterMs?: number
}

/** Requests on connections of their own, which can be cut and are gone at the end: for counting what stays behind. */
export function createRequests(baseUrl: string): Requests {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  return {
    async ask(path, { method = 'GET', headers = {}, leaveAfterMs } = {}) {
      const started = performance.now()
      const sent = request(new URL(path, baseUrl), { method, headers, agent })
      const timer = leaveAfterMs === undefined ? undefined : setTimeout(() => sent.destroy(), leaveAfterMs)
      try {
        sent.end()
        const [answer] = (await once(sent, 'response')) as [IncomingMessage]
        let bytes = 0
        for await (const chunk of answer as AsyncIterable<Buffer>) bytes += chunk.length
        return {
          status: answer.statusCode ?? 0,
          retryAfter: answer.headers['retry-after'],
          bytes,
          ms: performance.now() - started,
        }
      } catch (error) {
        if (leaveAfterMs !== undefined && sent.destroyed) return null
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => agent.destroy(),
  }
}
