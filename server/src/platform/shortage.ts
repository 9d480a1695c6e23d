import { open } from 'node:fs/promises'
import { devNull } from 'node:os'

/**
 * How the operating system says that this process or this machine has run out of something: descriptors, memory, buffers,
 * ports of its own, processes.
 */
const wants = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL', 'ENETDOWN', 'EAI_MEMORY'])

/** A fault that is ours and passes: nobody who was asked is to blame, and nobody who asks did anything wrong. */
export function isShortage(error: unknown): boolean {
  return someCause(error, ({ code = '', syscall = '' }) => {
    if (wants.has(code)) return true
    // Of a read it means "not yet"; of these, no room for another process, or in the queue of a socket.
    return code === 'EAGAIN' && /^(spawn|connect|fork)/.test(syscall)
  })
}

/**
 * Whether this process can open nothing more. A resolver that cannot open its files says that there is no such name, and
 * who is out of descriptors is told nothing better.
 */
export const outOfDescriptors = (): Promise<boolean> =>
  open(devNull).then(
    async (handle) => {
      await handle.close()
      return false
    },
    (error: unknown) => isShortage(error),
  )

/** Whether our own resolver had no answer, be it that none was reached: the name may be good. */
export const isResolverAway = (error: unknown): boolean =>
  isShortage(error) || someCause(error, ({ code }) => code === 'EAI_AGAIN')

/** Looks at an error, what caused it, and at each of several (a name with two addresses fails twice). */
function someCause(error: unknown, fits: (error: NodeJS.ErrnoException) => boolean, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 8) return false
  if (fits(error)) return true
  const several: unknown[] = error instanceof AggregateError ? error.errors : []
  return [error.cause, ...several].some((one) => someCause(one, fits, depth + 1))
}
