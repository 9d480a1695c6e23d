import { request as httpRequest } from 'node:http'
import type { Endpoint } from '../platform/discovery/port.ts'

/**
 * Asks an endpoint whether it lives; rejects when it is silent. Any answer will do, a refused connection included:
 * what an endpoint cannot do it says to each request, at once.
 */
export type Probe = (endpoint: Endpoint) => Promise<void>

const probeTimeoutMs = 2_000

/** A process that is frozen, or a machine that is cut off, refuses nothing: only its silence tells. */
export const probeHealth: Probe = ({ host, port }) =>
  new Promise((resolve, reject) => {
    const asking = httpRequest({ host, port, path: '/health', agent: false }, (answer) => {
      answer.resume()
      resolve()
    })
    const timer = setTimeout(() => {
      reject(new Error('no answer'))
      asking.destroy()
    }, probeTimeoutMs)
    asking.once('close', () => clearTimeout(timer))
    asking.once('error', () => resolve())
    asking.end()
  })
