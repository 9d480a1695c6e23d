import { Failure } from '@rendition/contract'
import { isShortage } from '../shortage.ts'

/**
 * Turns what the operating system says about a file into what callers know. Meant also for those who write into a
 * draft's file themselves: a full disk is `storage_full` there too.
 */
export function storageFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure || error.name === 'AbortError') return error
  const code = (error as NodeJS.ErrnoException).code
  if (isShortage(error)) return unavailable(error)
  // Only errors of a system call; a programming error must stay one.
  if (code === undefined || (error as NodeJS.ErrnoException).syscall === undefined) return error
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new Failure('storage_full', undefined, { cause: error })
    case 'ENOENT':
      return new Failure('not_found', undefined, { cause: error })
    default:
      return unavailable(error)
  }
}

const unavailable = (cause: Error): Failure =>
  new Failure('unavailable', 'The storage cannot be used just now.', { retryAfter: 5, cause })

/** Runs a piece of work on files, with its errors translated. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storageFailure(error)
  }
}
