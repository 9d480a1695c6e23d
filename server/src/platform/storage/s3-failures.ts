import { Failure } from '@rendition/contract'
import { isShortage } from '../shortage.ts'
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
  const cause = withoutExchange(error)
  if (full.has(name) || status === 507) return new Failure('storage_full', undefined, { cause })
  if (name === 'NoSuchKey' || name === 'NotFound') return new Failure('not_found', undefined, { cause })
  if (name === 'InvalidRange' || status === 416) {
    return new Failure('range_not_satisfiable', undefined, { cause })
  }
  // Credentials of the machine come over the network, or from files.
  const ofNetwork =
    'code' in error ||
    name === 'TimeoutError' ||
    name === 'CredentialsProviderError' ||
    $metadata !== undefined ||
    isShortage(error)
  if (ofNetwork) {
    // The disk of the drafts speaks with errors of its own.
    if ('syscall' in error && 'path' in error) return storageFailure(error)
    return new Failure('unavailable', 'The storage cannot be used just now.', { retryAfter: 5, cause })
  }
  return error
}

/** Runs a piece of work on the bucket, with its errors translated. */
export async function s3Translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw s3Failure(error)
  }
}

/**
 * Whether the store understood who asks and will not do this, so that asking in another way makes sense: not when it is
 * busy, away or slow. Names do not tell: for the same header stores say NotImplemented, InvalidArgument, AccessDenied.
 */
export function isRefused(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Failure) return false
  // A Node in FIPS mode has no MD5.
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_OSSL') === true) return true
  const status = (error as S3Error).$metadata?.httpStatusCode ?? 0
  return status === 501 || (status >= 400 && status < 500 && status !== 408 && status !== 429)
}

/** The SDK hangs the whole exchange, signed headers and sockets, on its errors; none of that belongs into a log. */
function withoutExchange(error: S3Error): Error {
  const status = error.$metadata?.httpStatusCode
  const slim = new Error(status === undefined ? error.message : `${error.message} (HTTP ${status})`)
  slim.name = error.name
  slim.stack = error.stack ?? ''
  return slim
}
