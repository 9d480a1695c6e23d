import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Aborts when the client goes away before its answer is out. Whoever asks after it has gone gets a signal that is
 * aborted already: its `close` is past, and listening for it would wait for nobody to the end.
 */
export const goneSignal = (response: ServerResponse): AbortSignal =>
  closedEarly(response, () => response.writableFinished)

/** The same for a client that goes away before its body has come. */
export const bodyGoneSignal = (request: IncomingMessage): AbortSignal =>
  closedEarly(request, () => request.complete)

function closedEarly(message: IncomingMessage | ServerResponse, isDone: () => boolean): AbortSignal {
  const gone = new AbortController()
  const closed = (): void => {
    if (!isDone()) gone.abort()
  }
  if (message.destroyed) closed()
  else message.once('close', closed)
  return gone.signal
}
