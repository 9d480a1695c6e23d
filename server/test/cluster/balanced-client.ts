import { setTimeout as pause } from 'node:timers/promises'

export interface Ask {
  authorization?: string
  json?: unknown
  form?: FormData
}

/** A client behind a load balancer that knows which gateways are ready, as an ingress does. It never tries twice. */
export interface BalancedClient {
  /** The JSON of a good answer, {} for another body; anything else is noted as a failure and thrown. */
  ask(method: string, path: string, what?: Ask): Promise<Record<string, unknown>>
  readonly failures: string[]
  readonly answers: number
  close(): void
}

const askEveryMs = 100

export function balanceGateways(urls: readonly string[]): BalancedClient {
  const ready = new Set<string>()
  const failures: string[] = []
  let answers = 0
  let turn = 0
  let closed = false
  const watch = async (url: string): Promise<void> => {
    while (!closed) {
      const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
      await answer?.text().catch(() => '')
      if (answer?.ok) ready.add(url)
      else ready.delete(url)
      await pause(askEveryMs, undefined, { ref: false })
    }
  }
  for (const url of urls) void watch(url)

  const next = async (): Promise<string> => {
    const limit = Date.now() + 60_000
    while (ready.size === 0) {
      if (Date.now() > limit) throw new Error('no gateway is ready')
      await pause(20)
    }
    const all = [...ready]
    return all[turn++ % all.length] ?? ''
  }

  return {
    failures,
    get answers() {
      return answers
    },
    async ask(method, path, { authorization, json, form } = {}) {
      const url = await next()
      try {
        const answer = await fetch(url + path, {
          method,
          signal: AbortSignal.timeout(90_000),
          headers: {
            ...(authorization === undefined ? {} : { authorization }),
            ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(json === undefined ? {} : { body: JSON.stringify(json) }),
          ...(form === undefined ? {} : { body: form }),
        })
        const text = await answer.text()
        answers += 1
        if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 300)}`)
        return answer.headers.get('content-type')?.includes('json') === true
          ? (JSON.parse(text) as Record<string, unknown>)
          : {}
      } catch (error) {
        const { message, cause } = error as Error
        const failure = `${method} ${path} at ${url}: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`
        failures.push(failure)
        throw new Error(failure, { cause: error })
      }
    },
    close() {
      closed = true
    },
  }
}
