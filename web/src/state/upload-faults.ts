import { isProblem, NetworkError } from '@rendition/client'
import { t } from '../languages/translate.ts'

/** Breaking off so often though the service is there, a file is the reason itself. */
const mostBroken = 5

export interface Becomes {
  state: 'waiting' | 'rejected' | 'failed'
  error: unknown
  /** The service is away, or said that it wants none for so long. */
  serviceLost: boolean
  leastMs: number
}

/** What becomes of a file whose upload ended like this, the `broken`th time in a row. */
export async function becomesOf(
  error: unknown,
  { file, broken, online }: { file: File; broken: number; online: boolean },
): Promise<Becomes> {
  const still = { serviceLost: false, leastMs: 0 }
  if (!mayPass(error)) return { ...still, state: isForGood(error) ? 'rejected' : 'failed', error }
  // The browser tells no difference between a line that broke and a file that it cannot read.
  if (error instanceof NetworkError && !(await isReadable(file))) {
    return { ...still, state: 'rejected', error: unreadable() }
  }
  if (!online) return { ...still, state: 'waiting', error: null }
  const leastMs = isProblem(error) ? (error.retryAfter ?? 0) * 1000 : 0
  return { state: broken < mostBroken ? 'waiting' : 'failed', error, serviceLost: true, leastMs }
}

const passing = [408, 423, 429, 502, 503, 504]

/**
 * The service, or the way to it, is away for a while or has too much to do; or another request had the upload, and one
 * asks again where it is.
 */
const mayPass = (error: unknown): boolean =>
  error instanceof NetworkError ||
  (isProblem(error) && (passing.includes(error.status) || error.code === 'offset_mismatch'))

const unreadable = (): Error =>
  new Error(t('This file can no longer be read: it was moved, changed or deleted. Choose it again.'))

const isReadable = (file: File): Promise<boolean> =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )

/** What a second attempt with the same bytes would not change. A quota has room again when photos are deleted. */
function isForGood(error: unknown): boolean {
  if (error instanceof NetworkError || !isProblem(error)) return false
  return error.status < 500 && error.status !== 401 && error.code !== 'quota_exceeded'
}
