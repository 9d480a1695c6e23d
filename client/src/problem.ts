import type { ErrorCode, Fault, Problem } from '@rendition/contract'

/**
 * The service said no: RFC 9457 `application/problem+json`, with the stable `code` to branch on.
 * An answer that is no problem document (a proxy's error page, say) gets the code nearest to its status.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ErrorCode
  readonly status: number
  /** What the code means, the same for all its cases. */
  readonly title: string
  /** One public sentence about this very case. */
  readonly detail: string
  /** Faults of the input, by dotted path. */
  readonly errors: readonly Fault[]
  /** The request id, to quote when asking for help. */
  readonly instance: string | null
  /** Names the sign-in that goes on with a second step: for `auth.finishLogin`. */
  readonly challenge: string | null
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter: number | null

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail)
    this.code = problem.code
    this.status = problem.status
    this.title = problem.title
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.instance = problem.instance ?? null
    this.challenge = problem.challenge ?? null
    this.retryAfter = retryAfter
  }
}

/** No answer came: offline, refused, or cut off on the way. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

export function isProblem(error: unknown, code?: ErrorCode): error is ProblemError {
  return error instanceof ProblemError && (code === undefined || error.code === code)
}

/** Turns an unsuccessful answer, already read, into the error to throw; for requests made by other means too. */
export function problemFrom(
  status: number,
  text: string,
  header: (name: string) => string | null,
): ProblemError {
  const retryAfter = Number.parseInt(header('retry-after') ?? '', 10)
  const wait = Number.isFinite(retryAfter) ? retryAfter : null
  const body = parse(text)
  if (isProblemBody(body)) return new ProblemError({ ...body, status }, wait)
  return new ProblemError(
    {
      type: 'about:blank',
      title: `HTTP ${status}`,
      status,
      detail: `The service answered with status ${status}.`,
      instance: header('x-request-id') ?? '',
      code: nearestCode(status),
    },
    wait,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isProblemBody(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    'detail' in body &&
    typeof body.detail === 'string'
  )
}

function nearestCode(status: number): ErrorCode {
  const known: Record<number, ErrorCode> = {
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    413: 'request_too_large',
    415: 'unsupported_media_type',
    423: 'upload_locked',
    429: 'rate_limited',
    503: 'unavailable',
  }
  return known[status] ?? (status >= 500 ? 'internal' : 'invalid_request')
}
