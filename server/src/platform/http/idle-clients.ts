import type { ServerResponse } from 'node:http'

/** Bodies above this may outgrow the socket's own buffer, and then wait in memory for the client to take them. */
export const largeBody = 64 * 1024

/** A client that takes nothing for so long is let go, and with it the file or the bytes it holds. */
export function letGoWhenIdle(response: ServerResponse, idleMs: number): void {
  response.setTimeout(idleMs, () => response.destroy())
}
