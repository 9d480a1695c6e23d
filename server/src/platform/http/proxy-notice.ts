import type { FastifyInstance } from 'fastify'
import type { Log } from '../log.ts'

/** What proxies add, and browsers do not. */
const marks = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'via'] as const

/**
 * Says once that somebody stands in front of whom nothing was told: every caller then has the proxy's address, which limits and
 * sessions go by, and URLs that are sent later lead past it. Whoever invents the headers costs one line of the log.
 */
export function noticeProxy(
  app: Pick<FastifyInstance, 'addHook'>,
  known: { publicUrl: boolean; trustProxy: boolean },
  log: Log,
): void {
  if (known.publicUrl && known.trustProxy) return
  let said = false
  app.addHook('onRequest', (request, _reply, done) => {
    const mark = said ? undefined : marks.find((name) => request.headers[name] !== undefined)
    if (mark !== undefined) {
      said = true
      const proxy = request.socket.remoteAddress ?? ''
      const set = [
        ...(known.publicUrl ? [] : ['PUBLIC_URL to the address that people use']),
        ...(known.trustProxy ? [] : [`TRUST_PROXY=${proxy} to believe what it says of callers`]),
      ]
      log.warn({ proxy, header: mark }, `a proxy is in front: set ${set.join(', and ')}`)
    }
    done()
  })
}
