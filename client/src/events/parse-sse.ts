/** One dispatched event of a stream. */
export interface SseMessage {
  id: string
  event: string
  data: string
}

/**
 * Reads `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream).
 * `retry` and comments are skipped. EventSource itself cannot send an Authorization header, hence this.
 */
export async function* parseSse(body: ReadableStream<Uint8Array>): AsyncGenerator<SseMessage, void, void> {
  let id = ''
  let event = ''
  let data: string[] = []
  for await (const line of lines(body)) {
    if (line === '') {
      if (data.length > 0) yield { id, event: event === '' ? 'message' : event, data: data.join('\n') }
      event = ''
      data = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
  }
}

/** Lines end with CR, LF or both; a CR at the end of a chunk waits for what follows. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      let match = /\r\n|\n|\r(?!$)/.exec(rest)
      while (match !== null) {
        yield rest.slice(0, match.index)
        rest = rest.slice(match.index + match[0].length)
        match = /\r\n|\n|\r(?!$)/.exec(rest)
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
