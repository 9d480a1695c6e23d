import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** How long a client may go on sending a body that is not wanted. */
const lingerMs = 10_000

/** Connections with a request that was answered before it was there whole. */
const dropping = new WeakSet<Socket>()

/**
 * Reads and drops what is left of a body after its answer. A connection that is closed with bytes unread is reset,
 * and the reset can overtake the answer; one that is left with bytes unread never comes to its next request.
 */
export function dropRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const timer = setTimeout(() => request.destroy(), lingerMs)
  timer.unref()
  const { socket } = request
  dropping.add(socket)
  request.once('close', () => {
    clearTimeout(timer)
    dropping.delete(socket)
  })
  request.unpipe()
  request.resume()
}

/** Whether what comes on this connection still belongs to a request that has its answer. */
export const dropsRest = (socket: Socket): boolean => dropping.has(socket)
