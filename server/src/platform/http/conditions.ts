import { Failure } from '@rendition/contract'

/** Inclusive byte positions. */
export interface Span {
  start: number
  end: number
}

/** Whether `If-None-Match` names this strong ETag (weak comparison, RFC 9110 §13.1.2). */
export function matchesETag(header: string, etag: string): boolean {
  if (header === etag || header === '*') return true
  if (!header.includes(etag)) return false
  return header.split(',').some((part) => part.trim().replace(/^W\//, '') === etag)
}

export interface Conditions {
  ifMatch?: string | undefined
  ifNoneMatch?: string | undefined
  ifModifiedSince?: string | undefined
}

/** Throws `precondition_failed` where `If-Match` names other bytes than these (strong comparison, RFC 9110 §13.1.1). */
export function checkMatch({ ifMatch }: Conditions, etag: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return
  if (ifMatch.split(',').some((part) => part.trim() === etag)) return
  throw new Failure('precondition_failed', 'The picture has another ETag than If-Match names.')
}

/**
 * Whether a 304 answers the request. `If-Modified-Since` counts only without `If-None-Match` (RFC 9110 §13.2.2), and not
 * for a picture without a date: after an undo the current one is older than what a client holds.
 */
export function isNotModified(conditions: Conditions, etag: string, modifiedAt: Date | null): boolean {
  if (conditions.ifNoneMatch !== undefined) return matchesETag(conditions.ifNoneMatch, etag)
  if (conditions.ifModifiedSince === undefined || modifiedAt === null) return false
  const since = Date.parse(conditions.ifModifiedSince)
  return Number.isFinite(since) && Math.floor(modifiedAt.getTime() / 1000) * 1000 <= since
}

export interface RangeRequest {
  range?: string | undefined
  ifRange?: string | undefined
}

/**
 * The part of a file that a request asks for: null for all of it. One range only; a list, another unit and anything
 * malformed are ignored, as RFC 9110 §14.2 allows. `unsatisfiable` when the range starts beyond the end.
 */
export function rangeOf(request: RangeRequest, size: number, etag: string): Span | 'unsatisfiable' | null {
  if (request.range === undefined) return null
  // A date in If-Range is only as strong as a second: the ETag alone decides.
  if (request.ifRange !== undefined && request.ifRange !== etag) return null
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/.exec(request.range)
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '') {
    if (last === '') return null
    const length = Number(last)
    return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size - 1 }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return null
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/** The cause of `range_not_satisfiable`: the answer names the true length. */
export class OutOfRange extends Error {
  readonly size: number
  constructor(size: number) {
    super(`beyond ${size} bytes`)
    this.size = size
  }
}
