import type { Event } from '@rendition/contract'
import { NetworkError } from '../problem.ts'
import type { Transport } from '../transport.ts'
import type { Channel } from './channel.ts'
import { parseSse } from './parse-sse.ts'

/** Live events over plain HTTP, for where WebSockets do not get through, and for API keys. */
export function sseChannel(transport: Transport): Channel {
  return async (after, sink, signal) => {
    const answer = await transport.send({
      method: 'GET',
      path: '/api/events/stream',
      query: { after },
      headers: { accept: 'text/event-stream' },
      signal,
    })
    if (answer.body === null) return
    sink.ready()
    try {
      for await (const message of parseSse(answer.body)) {
        if (message.event === 'reset') sink.reset()
        else sink.event(transport.checked<Event>('Event', JSON.parse(message.data)))
      }
    } catch (error) {
      if (signal.aborted) return
      throw new NetworkError('The event stream was cut off.', { cause: error })
    }
  }
}
