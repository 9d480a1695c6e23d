import type { WebSocket } from '@fastify/websocket'
import { Failure } from '@rendition/contract'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Principal } from '../../platform/http/principal.ts'
import { admit, type Rights } from '../../platform/http/rights.ts'
import type { StreamingDeps } from './sse.ts'
import { watchCredential } from './watch-credential.ts'

const authMessageSchema = z.object({ type: z.literal('auth'), token: z.string().min(1).max(8192) })
const bearerPrefix = 'bearer.'

/** Close codes 4000 to 4999 are the application's own (RFC 6455 7.4.2); these mirror the HTTP statuses. */
const closeCodes = {
  unauthenticated: 4401,
  forbidden: 4403,
  tooMany: 4429,
  failed: 1011,
  goingAway: 1001,
} as const

/**
 * Which subprotocol to accept: one must be named or browsers drop the connection; the one with the token only when
 * nothing else was offered, so that the token is not echoed without need.
 */
export function chooseProtocol(offered: ReadonlySet<string>): string | false {
  const names = [...offered]
  return names.find((name) => !name.startsWith(bearerPrefix)) ?? names[0] ?? false
}

/** One WebSocket: who is it, replay, then live until somebody leaves. */
export async function serveSocket(
  socket: WebSocket,
  request: FastifyRequest,
  after: string | null,
  rights: Rights,
  deps: StreamingDeps,
): Promise<void> {
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  socket.on('error', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, deps.closing])
  deps.closing.addEventListener('abort', () => socket.close(closeCodes.goingAway), { signal: gone.signal })

  const { authWithinMs, heartbeatMs, recheckMs } = deps.timing
  const stopHeartbeat = keepAlive(socket, heartbeatMs)
  let unwatch = (): void => undefined
  try {
    const credential = await credentialOf(socket, request, authWithinMs, signal)
    const principal = await identify(credential, rights, deps)
    unwatch = watchCredential(deps.authenticate, credential, principal, recheckMs, () =>
      socket.close(closeCodes.unauthenticated, 'token expired or revoked'),
    )
    using stream = deps.streams.open(principal)
    const say = (message: unknown): Promise<void> => send(socket, JSON.stringify(message))
    const control = (type: string) => ({ id: '', type, timestamp: new Date().toISOString(), data: {} })
    await say(control('ready'))
    await stream.run(after, { send: say, reset: () => say(control('reset')) }, signal)
  } catch (error) {
    if (!signal.aborted) closeFor(socket, error)
    if (!(error instanceof Failure))
      request.log.warn({ err: error, reqId: request.id }, 'an event socket broke off')
  } finally {
    stopHeartbeat()
    unwatch()
  }
}

type Credential = { authorization?: string; 'x-api-key'?: string | string[] }

/** From the handshake's headers, its subprotocol, or the first message. */
async function credentialOf(
  socket: WebSocket,
  request: FastifyRequest,
  authWithinMs: number,
  signal: AbortSignal,
): Promise<Credential> {
  const { authorization } = request.headers
  const apiKey = request.headers['x-api-key']
  if (authorization !== undefined) return { authorization }
  if (apiKey !== undefined) return { 'x-api-key': apiKey }
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  const bearer = offered.find((name) => name.startsWith(bearerPrefix))
  if (bearer !== undefined) return { authorization: `Bearer ${bearer.slice(bearerPrefix.length)}` }
  return { authorization: `Bearer ${await firstMessage(socket, authWithinMs, signal)}` }
}

async function firstMessage(socket: WebSocket, authWithinMs: number, signal: AbortSignal): Promise<string> {
  const text = await new Promise<string>((resolve, reject) => {
    const refuse = (): void => reject(new Failure('unauthenticated', 'No credential was sent in time.'))
    const timer = setTimeout(refuse, authWithinMs)
    signal.addEventListener('abort', refuse, { once: true })
    socket.once('message', (data) => {
      clearTimeout(timer)
      resolve(String(data))
    })
    socket.once('close', () => clearTimeout(timer))
  })
  const parsed = authMessageSchema.safeParse(parseJson(text))
  if (!parsed.success)
    throw new Failure('unauthenticated', 'The first message must be { type: "auth", token }.')
  return parsed.data.token
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function identify(credential: Credential, rights: Rights, deps: StreamingDeps): Promise<Principal> {
  const principal = await deps.authenticate(credential)
  if (principal === null) throw new Failure('unauthenticated')
  admit(principal, rights)
  return principal
}

/** Resolves when the message has left for the kernel: the back-pressure of one slow reader. */
function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error ? reject(error) : resolve()))
  })
}

/** A peer that does not answer one ping before the next is gone, whatever TCP believes. */
function keepAlive(socket: WebSocket, heartbeatMs: number): () => void {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) {
      socket.terminate()
      return
    }
    answered = false
    socket.ping()
  }, heartbeatMs)
  return () => clearInterval(timer)
}

function closeFor(socket: WebSocket, error: unknown): void {
  const failure = error instanceof Failure ? error : null
  const code =
    failure?.status === 401
      ? closeCodes.unauthenticated
      : failure?.status === 403
        ? closeCodes.forbidden
        : failure?.status === 429
          ? closeCodes.tooMany
          : closeCodes.failed
  // A close reason holds 123 bytes.
  socket.close(code, failure?.detail.slice(0, 120) ?? 'internal')
}
