import { type ErrorCode, Failure } from '@rendition/contract'

/** The library's answers, by status. */
const codes: Readonly<Record<number, ErrorCode>> = {
  404: 'not_found',
  409: 'offset_mismatch',
  410: 'upload_expired',
  412: 'tus_version',
  413: 'file_too_large',
}

/** What the library ends a request with when another one wants the upload. */
const asked = 'Request aborted'

/** What ended a request inside the library: ours as it is, its own in our words. */
export function failureOfLibrary(error: unknown): unknown {
  if (error instanceof Failure) return error
  const { status_code, body } = (error ?? {}) as { status_code?: unknown; body?: unknown }
  if (typeof status_code !== 'number') return error
  return failureOfAnswer(status_code, typeof body === 'string' ? body : '')
}

/** An answer that the library wrote by itself. */
export function failureOfAnswer(status: number, text: string): Failure {
  if (text.startsWith(asked)) return new Failure('upload_locked', undefined, { retryAfter: 1 })
  const code = codes[status]
  if (code !== undefined) return new Failure(code)
  if (status >= 500 && status !== 501) return new Failure('internal', undefined, { cause: new Error(text) })
  // A header that is missing or is not what it should be: the library says which.
  return new Failure('invalid_request', text.trim() === '' ? undefined : `${text.trim().replace(/\.$/, '')}.`)
}
