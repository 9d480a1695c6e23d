import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@rendition/contract'
import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { endLease, renewLease, takeLease } from '../store/upload-leases.ts'

/** A process that is killed keeps others waiting for so long. */
export const leaseMs = 8_000
const renewEveryMs = 2_000
/** Whoever waits looks again without being told: announcements may get lost. */
const lookEveryMs = 250
const patienceMs = 15_000

const wantedTopic = 'upload.wanted'
const freeTopic = 'upload.free'

/** An upload that nobody else writes to for now. */
export interface Held {
  release(): Promise<void>
  /** Who wants it waits from now on until it is released. */
  keep(): void
  /** Its row says already that nobody holds it. */
  ended(): void
}

/** One writer for an upload, over all processes; whoever comes later asks the one before to let go. */
export interface Leases {
  /** Throws `not_found`, or `upload_locked` where the one who has it does not let go. */
  take(id: string, holder: string, onWanted: () => void): Promise<Held>
  /** The same for a row that was written with its lease. */
  hold(id: string, holder: string, onWanted: () => void): Held
}

export interface LeasesDeps {
  db: Database
  bus: Bus
  log: Logger
}

export function createLeases({ db, bus, log }: LeasesDeps): Leases {
  /** What is to be done in this process when another asks for an upload, and when one may be free. */
  const onWant = new Map<string, Set<Call>>()
  const onFree = new Map<string, Set<Call>>()
  let listening: Promise<unknown> | undefined

  const listen = (): Promise<unknown> => {
    listening ??= Promise.all([
      bus.subscribe(wantedTopic, (message) => callAll(onWant, message)),
      bus.subscribe(freeTopic, (message) => callAll(onFree, message)),
    ]).catch((error: unknown) => {
      listening = undefined
      log.warn({ err: error }, 'uploads: other processes are not heard')
    })
    return listening
  }
  const tell = (topic: string, id: string, holder: string): void => {
    bus
      .publish(topic, { id, holder })
      .catch((error: unknown) => log.debug({ err: error }, 'uploads: not announced'))
  }

  function hold(id: string, holder: string, onWanted: () => void): Held {
    let yields = true
    const want = (): void => {
      if (yields) onWanted()
    }
    // Its own wish, from before it had the upload, may come as late as now.
    const forget = add(onWant, id, (by) => {
      if (by !== holder) want()
    })
    const timer = setInterval(() => {
      renewLease(db, id, holder, leaseMs).then(
        (state) => {
          if (state !== 'kept') want()
        },
        (error: unknown) => log.warn({ err: error, id }, 'uploads: a lease was not renewed'),
      )
    }, renewEveryMs)
    timer.unref()
    let isEnded = false
    return {
      keep() {
        yields = false
      },
      ended() {
        clearInterval(timer)
        isEnded = true
      },
      async release() {
        clearInterval(timer)
        forget()
        if (!isEnded) {
          await endLease(db, id, holder).catch((error: unknown) =>
            log.warn({ err: error, id }, 'uploads: a lease ends by itself'),
          )
        }
        tell(freeTopic, id, holder)
      },
    }
  }

  return {
    hold,
    async take(id, holder, onWanted) {
      await listen()
      const until = performance.now() + patienceMs
      for (;;) {
        const state = await takeLease(db, id, holder, leaseMs)
        if (state === 'taken') return hold(id, holder, onWanted)
        if (state === 'missing') throw new Failure('not_found')
        if (performance.now() >= until) throw new Failure('upload_locked', undefined, { retryAfter: 2 })
        tell(wantedTopic, id, holder)
        await freed(id)
      }
    },
  }

  async function freed(id: string): Promise<void> {
    const waiting = new AbortController()
    const forget = add(onFree, id, () => waiting.abort())
    await pause(lookEveryMs, undefined, { signal: waiting.signal }).catch(() => {})
    forget()
  }
}

/** Told whose wish or release it is. */
type Call = (by: unknown) => void

function add(calls: Map<string, Set<Call>>, id: string, call: Call): () => void {
  const known = calls.get(id) ?? new Set()
  calls.set(id, known)
  known.add(call)
  return () => {
    known.delete(call)
    if (known.size === 0) calls.delete(id)
  }
}

function callAll(calls: ReadonlyMap<string, ReadonlySet<Call>>, message: unknown): void {
  const { id, holder } = (message ?? {}) as { id?: unknown; holder?: unknown }
  if (typeof id === 'string') for (const call of [...(calls.get(id) ?? [])]) call(holder)
}
