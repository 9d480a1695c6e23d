import { request as httpRequest } from 'node:http'
import type { Endpoint } from '../platform/discovery/port.ts'
import { leavingHeader } from '../platform/http/app.ts'

/**
 * Asks an endpoint whether it lives; rejects when it is silent. Any answer will do, a refused connection included:
 * what an endpoint cannot do it says to each request, at once. Gives whether it said that it is about to leave, and
 * whether nobody was there to say anything.
 */
export type Probe = (endpoint: Endpoint) => Promise<{ leaving: boolean; refused?: boolean }>

const probeTimeoutMs = 2_000

/** A process that is frozen, or a machine that is cut off, refuses nothing: only its silence tells. */
export const probeHealth: Probe = ({ host, port }) =>
  new Promise((resolve, reject) => {
    const asking = httpRequest({ host, port, path: '/health', agent: false }, (answer) => {
      answer.resume()
      resolve({ leaving: answer.headers[leavingHeader] !== undefined })
    })
    const timer = setTimeout(() => {
      reject(new Error('no answer'))
      asking.destroy()
    }, probeTimeoutMs)
    asking.once('close', () => clearTimeout(timer))
    asking.once('error', () => resolve({ leaving: false, refused: true }))
    asking.end()
  })
