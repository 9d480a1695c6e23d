import type { Server, ServerResponse } from 'node:http'

/**
 * What was accepted in the last moment has its request still on the way: closed at once, it would be lost after the
 * client has sent it, and no client may send it again by itself.
 */
const lastMomentMs = 200

/**
 * Lets requests in progress end when the server closes, then ends the connections. Node's own close waits for every
 * connection that has not yet asked anything (browsers open such ones ahead of need): up to 90 s, measured.
 */
export function createDrain(server: Server): { begin(deadlineMs: number): void } {
  const answering = new Set<ServerResponse>()
  let ending = false
  const endWhenDone = (): void => {
    if (ending && answering.size === 0) server.closeAllConnections()
  }
  server.on('request', (_request, response: ServerResponse) => {
    answering.add(response)
    response.once('close', () => {
      answering.delete(response)
      // The last bytes are still on their way to the socket in this turn of the loop.
      if (ending) setImmediate(endWhenDone)
    })
  })
  return {
    begin(deadlineMs) {
      setTimeout(() => {
        ending = true
        endWhenDone()
      }, lastMomentMs)
      setTimeout(() => server.closeAllConnections(), deadlineMs).unref()
    },
  }
}
