/** Milliseconds before attempt `n + 1`: doubling, bounded, and spread by a fifth so that clients do not march in step. */
export function backoff(
  attempt: number,
  { firstMs, mostMs }: { firstMs: number; mostMs: number },
  random: () => number = Math.random,
): number {
  const pause = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 30))
  return Math.round(pause * (0.8 + 0.4 * random()))
}

/** Rejects with the signal's reason when it aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
