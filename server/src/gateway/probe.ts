import { request as httpRequest } from 'node:http'
import type { Endpoint } from '../platform/discovery/port.ts'

/** Asks an endpoint whether it lives. Resolves when it answers at all: what it cannot do it says to each request. */
export type Probe = (endpoint: Endpoint) => Promise<void>

const probeTimeoutMs = 2_000

/** A process that is frozen, or a machine that is cut off, refuses nothing: only its silence tells. */
export const probeHealth: Probe = ({ host, port }) =>
  new Promise((resolve, reject) => {
    const asking = httpRequest({ host, port, path: '/health', agent: false }, (answer) => {
      answer.resume()
      answer.once('end', resolve)
      answer.once('error', reject)
    })
    const timer = setTimeout(() => asking.destroy(new Error('no answer')), probeTimeoutMs)
    asking.once('close', () => clearTimeout(timer))
    asking.once('error', reject)
    asking.end()
  })
