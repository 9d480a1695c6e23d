import { UsageError } from '../command.ts'

/** How many at once, of the option. */
export function atOnceOf(value: string | true | undefined): number {
  const atOnce = value === undefined ? 2 : Number(value)
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > 16) {
    throw new UsageError('--at-once is a number from 1 to 16')
  }
  return atOnce
}

/** Closed at the end of its block. */
export const disposable = <T extends { close(): Promise<void> }>(part: T): T & AsyncDisposable => ({
  ...part,
  [Symbol.asyncDispose]: () => part.close(),
})

/** Runs until it is done or the operator interrupts it: what is under way ends, and a further run goes on. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const onSignal = (): void => stop.abort(new Error('Interrupted; run it again to go on.'))
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    return await work(stop.signal)
  } finally {
    process.removeListener('SIGINT', onSignal)
    process.removeListener('SIGTERM', onSignal)
  }
}

/** Works on so many at once. The first failure lets those under way end, and begins no other. */
export async function eachOf<T>(
  items: AsyncGenerator<T>,
  atOnce: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let failed = false
  const worker = async (): Promise<void> => {
    while (!failed && !signal.aborted) {
      const { value, done } = await items.next()
      if (done) return
      await work(value)
    }
  }
  const workers = Array.from({ length: atOnce }, () =>
    worker().catch((error: unknown) => {
      failed = true
      throw error
    }),
  )
  const settled = await Promise.allSettled(workers)
  await items.return(undefined)
  signal.throwIfAborted()
  for (const one of settled) if (one.status === 'rejected') throw one.reason
}
