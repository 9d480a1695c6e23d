import { Failure } from '@rendition/contract'
import { isShortage } from '../shortage.ts'
import { UniqueViolation } from './port.ts'

/** Codes of the operating system that mean "the server is not there just now". */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/**
 * SQLSTATE codes that a later attempt may not meet: 08 connection, 53 resources, 57P admin shutdown, crash
 * shutdown, not yet accepting, 57014 statement timeout, 55P03 lock timeout, 40 rollback by the server (deadlock,
 * serialisation), 25006 read-only (a standby, during failover), 25P03 idle transaction ended by the server.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const transient = /^(08...|53...|57P..|57014|55P03|40...|25006|25P03)$/

/** pg's own texts, which carry no code. */
const lostConnection =
  /connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|client was closed|query read timeout/i

interface PostgresError extends Error {
  code?: string
  syscall?: string
  constraint?: string
}

/** True when the connection itself is gone or no longer to be trusted, so that it must not go back to the pool. */
export function breaksConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isShortage(error)) return true
  const { code, message, syscall } = error as PostgresError
  if (code === undefined) return lostConnection.test(message)
  // A missing socket file is a server that is not up; a missing file of ours is not.
  if (code === 'ENOENT') return syscall === 'connect'
  return unreachable.has(code) || /^(08...|57P0[123]|25P03)$/.test(code)
}

/** Turns what pg throws into what callers know; anything else, such as a fault in the SQL, stays as it is. */
export function databaseFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error
  const { code, constraint } = error as PostgresError
  if (code === '23505') return new UniqueViolation(constraint ?? '', error)
  // Of letters that stand for many, a few thousand are more than an index of words holds.
  if (code === '54000' && error.message.includes('tsvector')) {
    return new Failure('invalid_request', 'There is more text than can be searched.', { cause: error })
  }
  if (code === '53100') return new Failure('storage_full', undefined, { cause: error })
  if (breaksConnection(error) || (code !== undefined && transient.test(code))) {
    return new Failure('unavailable', 'The database cannot be reached.', { retryAfter: 2, cause: error })
  }
  return error
}
