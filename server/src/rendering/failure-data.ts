import { Failure } from '@rendition/contract'
import type { FailureData } from './messages.ts'

/** What crosses to the parent. A failure that is not ours is `internal`, with its text for the log. */
export function toFailureData(error: unknown): FailureData {
  if (error instanceof Failure) {
    return {
      code: error.code,
      detail: error.detail,
      ...(error.errors && { errors: error.errors }),
      ...(error.cause !== undefined && { cause: String(error.cause) }),
    }
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { code: 'internal', detail: 'Rendering failed.', cause: text.slice(0, 4_000) }
}

export function fromFailureData(data: FailureData): Failure {
  return new Failure(data.code, data.detail, {
    ...(data.errors && { errors: data.errors }),
    ...(data.cause !== undefined && { cause: data.cause }),
  })
}
