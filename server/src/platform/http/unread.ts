import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Failure } from '@rendition/contract'
import { failureKeeping } from './keeping.ts'
import { dropsRest } from './linger.ts'
import { type MethodsAt, notAllowed, unknownMethodIn } from './methods.ts'
import { problemOf } from './problems.ts'
import { freshId } from './request-id.ts'

/** As Node's parser gives it. */
export interface ParserError extends NodeJS.ErrnoException {
  rawPacket?: unknown
  /** Of the packet, up to what it could not read. */
  bytesParsed?: number | undefined
}

/**
 * Answers what Node's parser gave up on: no route and no hook sees it, and a shared cache may keep it like any other
 * answer, for everybody who asks for the same URL without the header that broke it. Where the request's answer has
 * begun, the connection only ends: more would be taken for the answer's body, or for that of another request.
 */
export function answerUnread(error: ParserError, socket: Socket, methodsAt: MethodsAt): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable && !answered(socket)) {
    const { failure, allow } = unreadFailure(error, methodsAt)
    const id = freshId()
    const body = JSON.stringify(problemOf(failure, id))
    const head = [
      `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(failureKeeping).map(([name, value]) => `${name}: ${value}`),
      ...(allow === undefined ? [] : [`allow: ${allow}`]),
      'x-content-type-options: nosniff',
      `x-request-id: ${id}`,
      'connection: close',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
  socket.destroy(error)
}

/** An answer is under way, or went out before its request was there whole. */
function answered(socket: Socket): boolean {
  // Node tells nobody which answer a socket is given, and asks the same of itself before it answers by default.
  const { _httpMessage: current } = socket as Socket & { _httpMessage?: ServerResponse | null }
  return current?.headersSent === true || dropsRest(socket)
}

function unreadFailure(
  { code, rawPacket, bytesParsed }: ParserError,
  methodsAt: MethodsAt,
): { failure: Failure; allow?: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { failure: new Failure('request_timeout') }
  if (code === 'HPE_HEADER_OVERFLOW') return { failure: new Failure('headers_too_large') }
  if (code === 'HPE_INVALID_METHOD' && Buffer.isBuffer(rawPacket)) {
    const asked = unknownMethodIn(rawPacket, bytesParsed ?? 0)
    const methods = asked === null ? [] : methodsAt(asked.path)
    if (asked !== null && methods.length > 0)
      return { failure: notAllowed(`${asked.method} ${asked.path}`, methods), allow: methods.join(', ') }
  }
  return { failure: new Failure('invalid_request', 'The request could not be read.') }
}
