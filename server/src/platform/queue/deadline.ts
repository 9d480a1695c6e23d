import { Failure } from '@rendition/contract'

/** A broker that is away must not hold its caller: gives up after `ms` with `unavailable`, as any other failure does. */
export async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } catch (error) {
    throw new Failure('unavailable', 'The queue cannot be reached.', { retryAfter: 2, cause: error })
  } finally {
    clearTimeout(timer)
  }
}
