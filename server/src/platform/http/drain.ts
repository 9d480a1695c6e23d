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
  let answering = 0
  let ending = false
  const endWhenDone = (): void => {
    if (ending && answering === 0) server.closeAllConnections()
  }
  // One function for all, without a closure each: of a cached answer this was a fiftieth.
  const closed = (): void => {
    answering -= 1
    // The last bytes are still on their way to the socket in this turn of the loop.
    if (ending) setImmediate(endWhenDone)
  }
  server.on('request', (_request, response: ServerResponse) => {
    answering += 1
    // Comes once, whatever becomes of the answer.
    response.on('close', closed)
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
