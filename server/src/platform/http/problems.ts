import { type ErrorCode, errorCatalogue, Failure, type Fault, type Problem } from '@rendition/contract'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { isShortage } from '../shortage.ts'
import { sayLimitReached } from './limits.ts'
import { askedAgain, asksForOffset } from './offset-questions.ts'

/** Fastify's and its plug-ins' own failures, as codes of the catalogue. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request_too_large',
  FST_REQ_FILE_TOO_LARGE: 'file_too_large',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'file_missing',
}

/** Where the documentation of a code stands; relative to the service, so it is right on every installation. */
const typeOf = (code: ErrorCode): string => `/docs/errors#${code}`

/** The problem answer of a failure. `instance` is the request id, so a user can quote it and an operator find it. */
export function problemOf(failure: Failure, requestId: string): Problem {
  return {
    type: typeOf(failure.code),
    title: errorCatalogue[failure.code].title,
    status: failure.status,
    detail: failure.detail,
    instance: requestId,
    code: failure.code,
    ...(failure.errors === undefined ? {} : { errors: [...failure.errors] }),
    ...(failure.challenge === undefined ? {} : { challenge: failure.challenge }),
  }
}

/** The 404 of a path with something in it that no id looks like. It tells nothing of what there is. */
export function notAnId(): Failure {
  const example = '019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37'
  const detail = `The path names nothing that there could be: ids are UUIDs such as ${example}, as answers give them in "id".`
  return new Failure('not_found', detail)
}

/** Any thrown thing as a Failure; what is not ours becomes `internal` and keeps its text out of the answer. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    // What cannot be an id names nothing, as any other unknown id; but whoever typed it is told what one looks like.
    if (error.validationContext === 'params') return notAnId()
    const errors = error.validation.flatMap(({ instancePath, message, params }): Fault[] => {
      const path = instancePath.replace(/^\//, '').replaceAll('/', '.')
      // Each key by itself, as for transformations: the message would name them all at once.
      const unknown: unknown = params.keys
      if (!Array.isArray(unknown)) return [{ path, message: message ?? 'is not valid' }]
      return unknown.map((key) => ({
        path: path === '' ? String(key) : `${path}.${key}`,
        message: 'is not known here',
      }))
    })
    return new Failure('invalid_request', undefined, { errors })
  }
  const { code = '', statusCode = 500 } = (error ?? {}) as Partial<FastifyError>
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const detail = 'Send a body as application/json, and files as multipart/form-data.'
    return new Failure('unsupported_media_type', detail, { cause: error })
  }
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    const detail =
      'The body is not valid JSON. Names and texts stand in double quotes; in a shell, put the whole body in single ones.'
    return new Failure('invalid_request', detail, { cause: error })
  }
  const known = frameworkCodes[code]
  if (known !== undefined) return new Failure(known, undefined, { cause: error })
  if (isShortage(error)) {
    return new Failure('unavailable', 'The service has run out of something that it needs for this.', {
      retryAfter: 2,
      cause: error,
    })
  }
  if (statusCode >= 400 && statusCode < 500) {
    return new Failure('invalid_request', 'The request could not be read.', { cause: error })
  }
  return new Failure('internal', undefined, { cause: error })
}

/** Answers a failure as RFC 9457; logs the cause of what is our fault. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const failure = failureOf(error)
  // Whatever broke when the caller hung up is not our fault, and nobody reads the answer.
  if (request.socket?.destroyed) request.log.debug({ err: error, reqId: request.id }, 'the caller hung up')
  else if (failure.status >= 500) {
    request.log[failure.code === 'internal' ? 'error' : 'warn'](
      { err: error, reqId: request.id },
      failure.code,
    )
  }
  // Fastify would close at once on a body that is too large: a reset, which often overtakes this answer.
  if (failure.code === 'request_too_large') reply.removeHeader('connection')
  if (failure.status === 401) reply.header('www-authenticate', 'Bearer')
  sayLimitReached(reply, failure)
  const told = asksForOffset(request.method, request.url) ? askedAgain(failure) : failure
  if (told.retryAfter !== undefined) reply.header('retry-after', Math.ceil(told.retryAfter))
  else if (told.status === 503) reply.header('retry-after', 1)
  return reply
    .code(told.status)
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .type('application/problem+json')
    .send(problemOf(told, request.id))
}
