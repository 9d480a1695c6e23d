import type { Event } from '@rendition/contract'
import { NetworkError } from '../problem.ts'
import type { Session } from '../session.ts'
import type { Transport } from '../transport.ts'
import type { Channel } from './channel.ts'

/** The service's close code for a credential it does not take. */
const unauthenticated = 4401

/** Live events over a WebSocket. The token goes in the first message: in the URL it would end up in logs. */
export function websocketChannel(transport: Transport, session: Session, Socket: typeof WebSocket): Channel {
  return async (after, sink, signal) => {
    const tokens = await session.valid()
    if (tokens === null) throw new NetworkError('Signed out.')
    signal.throwIfAborted()
    const url = new URL(transport.url('/api/events', { after }), globalThis.location?.href)
    url.protocol = url.protocol.replace('http', 'ws')
    const code = await converse(new Socket(url), tokens.accessToken, sink, transport, signal)
    if (code === unauthenticated) await session.renew(tokens)
  }
}

/** Resolves with the close code. */
function converse(
  socket: WebSocket,
  token: string,
  sink: Parameters<Channel>[1],
  transport: Transport,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve) => {
    const leave = (): void => socket.close()
    signal.addEventListener('abort', leave, { once: true })
    socket.onopen = () => socket.send(JSON.stringify({ type: 'auth', token }))
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as { type: string }
      if (message.type === 'ready') sink.ready()
      else if (message.type === 'reset') sink.reset()
      else sink.event(transport.checked<Event>('Event', message))
    }
    socket.onclose = ({ code }) => {
      signal.removeEventListener('abort', leave)
      resolve(code)
    }
  })
}
