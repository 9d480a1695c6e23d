import { isProblem, NetworkError } from '@rendition/client'

/** Pauses between two questions: growing, unless the service said how long it wants none. */
const firstMs = 1_000
const mostMs = 15_000
/** A minute that was asked for is waited; an hour would be a page that never comes back. */
const mostAskedMs = 60_000

type Wait = (ms: number, signal: AbortSignal) => Promise<void>

const waitFor: Wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal.addEventListener('abort', end, { once: true })
  })

/**
 * What is asked for, however often it takes: a service that is away, busy or asked too often is asked again by itself, so that
 * nobody has to press anything when it is back. `onFault` hears of each time; what no other time would mend is thrown.
 */
export async function untilHad<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  onFault: (fault: unknown) => void,
  wait: Wait = waitFor,
): Promise<T> {
  for (let times = 0; ; times += 1) {
    try {
      return await ask()
    } catch (fault) {
      if (signal.aborted || !passes(fault)) throw fault
      onFault(fault)
      const asked = isProblem(fault) && fault.retryAfter !== null ? fault.retryAfter * 1_000 : 0
      await wait(Math.min(mostAskedMs, Math.max(asked, Math.min(mostMs, firstMs * 2 ** times))), signal)
    }
  }
}

/** A fault of the service's own would come again, at what a picture costs each time. */
const passing: readonly number[] = [429, 502, 503, 504]
const passes = (fault: unknown): boolean =>
  fault instanceof NetworkError || (isProblem(fault) && passing.includes(fault.status))
