import type { IncomingMessage } from 'node:http'

/** How long a client may go on sending a body that is not wanted. */
const lingerMs = 10_000

/**
 * Reads and drops what is left of a body after its answer. A connection that is closed with bytes unread is reset,
 * and the reset can overtake the answer; one that is left with bytes unread never comes to its next request.
 */
export function dropRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const timer = setTimeout(() => request.destroy(), lingerMs)
  timer.unref()
  request.once('close', () => clearTimeout(timer))
  request.unpipe()
  request.resume()
}
