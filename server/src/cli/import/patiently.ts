import { setTimeout as pause } from 'node:timers/promises'
import { isFailure } from '@rendition/contract'

export interface Patience {
  /** Milliseconds before each further try where something of ours is away or busy; the last failure ends the run. */
  pauses: readonly number[]
  signal: AbortSignal
}

/** Tries again what a busy machine, or a server that is started again, refuses for a while. */
export async function patiently<T>({ pauses, signal }: Patience, work: () => Promise<T>): Promise<T> {
  for (const pauseMs of pauses) {
    try {
      return await work()
    } catch (error) {
      if (!isFailure(error, 'unavailable') && !isFailure(error, 'overloaded')) throw error
      await pause(pauseMs, undefined, { signal })
    }
  }
  return work()
}
