import type { IncomingMessage } from 'node:http'
import { uuidv7 } from 'uuidv7'

const harmless = /^[\w.-]{1,64}$/
/** Ids that share their time and their random part: three hexadecimal digits tell them apart. */
const together = 0x1000

let stem = ''
let next = together

/** A UUIDv7; drawing one anew for each request would be a thirtieth of a cached answer. */
export function freshId(): string {
  if (next === together) {
    stem = uuidv7().slice(0, -3)
    next = 0
  }
  const id = stem + (together + next).toString(16).slice(1)
  next += 1
  return id
}

/** A caller's own request id when it is harmless in a log line, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && harmless.test(given) ? given : freshId()
}
