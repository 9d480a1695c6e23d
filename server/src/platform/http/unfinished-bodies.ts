import type { IncomingMessage } from 'node:http'
import { Failure } from '@rendition/contract'
import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes its body as it comes, for as long as it comes, and sees to it that it does come. */
    streamsBody?: boolean
  }
}

/** What unfinished bodies may hold of this process's memory, all together. */
const heldBytes = 8 * 1024 ** 2

/**
 * Bounds what bodies cost that do not come to their end: each gets so many milliseconds, and all together so many
 * bytes of memory. A body takes its place by what it may still become. Where there is no place left the largest
 * unfinished one gives way, the oldest of equals: one that is small or quick is never it. Give it every request just
 * before its body is read. Throws `overloaded` when this one is the largest; others that give way are answered 408.
 */
export function watchBodies({ timeMs }: { timeMs: number }): (request: FastifyRequest) => void {
  const unfinished = new Map<IncomingMessage, { size: number; timer: NodeJS.Timeout }>()
  let held = 0

  const settle = (raw: IncomingMessage): void => {
    const body = unfinished.get(raw)
    if (body === undefined) return
    // One that gave way has its answer: it is not given up a second time.
    clearTimeout(body.timer)
    unfinished.delete(raw)
    held -= body.size
  }
  const giveUp = (raw: IncomingMessage): void => {
    settle(raw)
    // Whoever reads the body hears of it as of a failure of the stream, and the connection stands for the answer.
    if (raw.listenerCount('error') > 0) raw.emit('error', new Failure('request_timeout'))
    else raw.destroy()
  }
  const makeRoom = (newcomer: IncomingMessage): void => {
    while (held > heldBytes) {
      let victim = newcomer
      let most = 0
      for (const [raw, { size }] of unfinished) if (size > most) [victim, most] = [raw, size]
      if (victim === newcomer) {
        settle(newcomer)
        throw new Failure('overloaded', 'Too many requests are half sent.', { retryAfter: 2 })
      }
      giveUp(victim)
    }
  }

  return ({ raw, headers, method, routeOptions }) => {
    const length = headers['content-length']
    const chunked = headers['transfer-encoding'] !== undefined
    if ((length === undefined && !chunked) || length === '0') return
    if (method === 'GET' || method === 'HEAD' || routeOptions.config?.streamsBody === true) return
    const limit = routeOptions.bodyLimit ?? 0
    const size = chunked ? limit : Number(length)
    // Refused by its length alone.
    if (size > limit) return
    unfinished.set(raw, { size, timer: setTimeout(() => giveUp(raw), timeMs) })
    held += size
    makeRoom(raw)
    const done = (): void => settle(raw)
    raw.once('end', done)
    raw.once('close', done)
  }
}
