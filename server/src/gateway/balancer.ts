import { setMaxListeners } from 'node:events'
import type { Clock } from '../platform/clock.ts'
import type { Endpoint, Resolver } from '../platform/discovery/port.ts'
import type { Probe } from './probe.ts'

/** Failures in a row after which an endpoint is left alone, and for how long. */
const failuresToOpen = 3
const openMs = 5_000
/** An endpoint that says it stops is left alone for this long: longer than it takes to go, or to be there again. */
const leavingMs = 15_000
/** Endpoints are asked so often whether they live. */
const probeMs = 2_000
/**
 * After so many silences in a row one is down: at once where another answers, late where none does. All of them silent
 * is a busy machine more often than a dead service, and whoever waits for a picture would rather wait than be refused:
 * at 200 new pictures on a slow machine both delivery processes were silent for two probes, and everybody got 503.
 */
const silencesToFall = 2
const silencesToFallAlone = 6

interface Health {
  inFlight: number
  failures: number
  /** Epoch milliseconds until which the endpoint is left alone. */
  openUntil: number
  /** The same for one that said it stops; answers to earlier requests do not change that. */
  leavingUntil: number
  silences: number
  /** Somebody was there at the last probe. Requests are sent all the same: one that begins again is asked at once. */
  present: boolean
  /** Aborted when the endpoint falls silent; a new one when it speaks again. */
  down: AbortController
}

export interface Lease {
  endpoint: Endpoint
  /** Aborts when the endpoint stops answering probes: whoever waits for it waits in vain. */
  down: AbortSignal
  /** Ends the request; a failure is one of the endpoint (refused, reset, timed out), not an HTTP status. */
  release(outcome: 'ok' | 'failed'): void
  /** The endpoint has said that it is about to stop. */
  leave(): void
}

export interface Balancer {
  /** The least busy endpoint that is not left alone and not in `tried`; null when there is none. */
  lease(tried: ReadonlySet<string>): Lease | null
  /** True when somebody was there at the last probe of at least one endpoint. */
  available(): boolean
  close(): void
}

export const nameOf = ({ host, port }: Endpoint): string => `${host}:${port}`

/**
 * Spreads requests over the endpoints of one service and is each one's circuit breaker: after three failures in a row
 * it is left alone for five seconds, then a single request tries it. When every endpoint is left alone the least
 * recently failed is tried all the same, since refusing everybody on stale knowledge is worse. One that is silent to
 * probes is not asked while another answers; when all are silent they are asked a while longer, then none is until it
 * answers again: that knowledge is never older than seconds.
 */
export function createBalancer(resolver: Resolver, clock: Clock, probe?: Probe): Balancer {
  const health = new Map<string, Health>()
  const healthOf = (name: string): Health => {
    const known = health.get(name)
    if (known !== undefined) return known
    const fresh = {
      inFlight: 0,
      failures: 0,
      openUntil: 0,
      leavingUntil: 0,
      silences: 0,
      // Without probes nothing is known against it; with them it is there once one has found it so.
      present: probe === undefined,
      down: createDown(),
    }
    health.set(name, fresh)
    return fresh
  }
  const forgetGone = (names: ReadonlySet<string>): void => {
    for (const [name, state] of health) if (!names.has(name) && state.inFlight === 0) health.delete(name)
  }
  const othersAnswer = (endpoint: Endpoint): boolean =>
    resolver.endpoints().some((other) => {
      const { present, silences } = healthOf(nameOf(other))
      return nameOf(other) !== nameOf(endpoint) && present && silences === 0
    })
  const listen = async (endpoint: Endpoint, ask: Probe): Promise<void> => {
    const state = healthOf(nameOf(endpoint))
    try {
      const { leaving, refused = false } = await ask(endpoint)
      state.present = !refused
      if (leaving) state.leavingUntil = clock.now().getTime() + leavingMs
      if (state.down.signal.aborted) state.down = createDown()
      state.silences = 0
    } catch {
      state.silences += 1
      if (state.silences < (othersAnswer(endpoint) ? silencesToFall : silencesToFallAlone)) return
      state.present = false
      state.down.abort()
    }
  }
  const listenToAll = (): void => {
    if (probe !== undefined) for (const endpoint of resolver.endpoints()) void listen(endpoint, probe)
  }
  listenToAll()
  const timer = probe === undefined ? undefined : setInterval(listenToAll, probeMs).unref()
  const answering = (name: string): boolean => !healthOf(name).down.signal.aborted

  return {
    available: () => resolver.endpoints().some((endpoint) => healthOf(nameOf(endpoint)).present),
    close: () => clearInterval(timer),
    lease(tried) {
      const now = clock.now().getTime()
      const all = resolver.endpoints().map((endpoint) => ({ endpoint, name: nameOf(endpoint) }))
      if (health.size > all.length * 2) forgetGone(new Set(all.map(({ name }) => name)))
      const candidates = shuffled(all.filter(({ name }) => !tried.has(name) && answering(name)))
      const rank = ({ name }: { name: string }): number => {
        const { openUntil, leavingUntil, inFlight } = healthOf(name)
        const until = Math.max(openUntil, leavingUntil)
        return until > now ? 1e9 + until - now : inFlight
      }
      const [chosen] = candidates.sort((left, right) => rank(left) - rank(right))
      if (chosen === undefined) return null
      const state = healthOf(chosen.name)
      state.inFlight += 1
      // Half open: whoever comes next goes elsewhere until this one has an answer.
      if (state.failures >= failuresToOpen) state.openUntil = now + openMs
      return {
        endpoint: chosen.endpoint,
        leave() {
          state.leavingUntil = clock.now().getTime() + leavingMs
        },
        down: state.down.signal,
        release(outcome) {
          state.inFlight -= 1
          state.failures = outcome === 'ok' ? 0 : state.failures + 1
          if (outcome === 'ok') state.openUntil = 0
          else if (state.failures >= failuresToOpen) state.openUntil = clock.now().getTime() + openMs
        },
      }
    },
  }
}

/** Every request in flight listens to it. */
function createDown(): AbortController {
  const down = new AbortController()
  setMaxListeners(0, down.signal)
  return down
}

/** Equal endpoints must not always be asked in the order of the DNS answer. */
function shuffled<T>(items: readonly T[]): T[] {
  const mixed = [...items]
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1))
    const [a, b] = [mixed[at] as T, mixed[other] as T]
    mixed[at] = b
    mixed[other] = a
  }
  return mixed
}
