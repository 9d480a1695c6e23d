import { Failure } from '@rendition/contract'
import { storageFailure } from './failures.ts'

interface S3Error extends Error {
  $metadata?: { httpStatusCode?: number }
}

/** Names, not messages: many servers send none. */
const full = new Set([
  'QuotaExceeded',
  'InsufficientStorage',
  'XMinioStorageFull',
  'ServiceQuotaExceededException',
])

/** Turns what the SDK throws into what callers know. Refused credentials are a fault of the set-up: unavailable. */
export function s3Failure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure || error.name === 'AbortError') return error
  const { name, $metadata } = error as S3Error
  const status = $metadata?.httpStatusCode
  if (full.has(name) || status === 507) return new Failure('storage_full', undefined, { cause: error })
  if (name === 'NoSuchKey' || name === 'NotFound')
    return new Failure('not_found', undefined, { cause: error })
  if (name === 'InvalidRange' || status === 416) {
    return new Failure('range_not_satisfiable', undefined, { cause: error })
  }
  const ofNetwork = 'code' in error || name === 'TimeoutError' || $metadata !== undefined
  if (ofNetwork) {
    // The disk of the drafts speaks with errors of its own.
    if ('syscall' in error && 'path' in error) return storageFailure(error)
    return new Failure('unavailable', 'The storage cannot be used just now.', { retryAfter: 5, cause: error })
  }
  return error
}
