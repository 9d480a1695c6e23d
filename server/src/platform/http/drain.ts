import type { Server, ServerResponse } from 'node:http'

/**
 * Lets requests in progress end when the server closes, then ends the connections. Node's own close waits for every
 * connection that has not yet asked anything (browsers open such ones ahead of need): up to 90 s, measured.
 */
export function createDrain(server: Server): { begin(deadlineMs: number): void } {
  const answering = new Set<ServerResponse>()
  let draining = false
  const endWhenDone = (): void => {
    if (draining && answering.size === 0) server.closeAllConnections()
  }
  server.on('request', (_request, response: ServerResponse) => {
    answering.add(response)
    response.once('close', () => {
      answering.delete(response)
      // The last bytes are still on their way to the socket in this turn of the loop.
      if (draining) setImmediate(endWhenDone)
    })
  })
  return {
    begin(deadlineMs) {
      draining = true
      endWhenDone()
      setTimeout(() => server.closeAllConnections(), deadlineMs).unref()
    },
  }
}
