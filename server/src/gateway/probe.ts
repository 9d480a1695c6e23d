import { request as httpRequest } from 'node:http'
import type { Endpoint } from '../platform/discovery/port.ts'
import { leavingHeader } from '../platform/http/app.ts'

/**
 * Asks an endpoint whether it lives; rejects when it is silent. Any answer will do, a refused connection included:
 * what an endpoint cannot do it says to each request, at once. Gives whether it said that it is about to leave, and
 * whether nobody was there to say anything.
 */
export type Probe = (endpoint: Endpoint) => Promise<{ leaving: boolean; refused?: boolean }>

/** Two seconds, counted in steps of this process's own time: where it stood still itself, it knows of no silence. */
const stepMs = 250
const steps = 8

/** A process that is frozen, or a machine that is cut off, refuses nothing: only its silence tells. */
export const probeHealth: Probe = ({ host, port }) =>
  new Promise((resolve, reject) => {
    const asking = httpRequest({ host, port, path: '/health', agent: false }, (answer) => {
      answer.resume()
      resolve({ leaving: answer.headers[leavingHeader] !== undefined })
    })
    let left = steps
    const timer = setInterval(() => {
      left -= 1
      if (left > 0) return
      reject(new Error('no answer'))
      asking.destroy()
    }, stepMs)
    asking.once('close', () => clearInterval(timer))
    asking.once('error', () => resolve({ leaving: false, refused: true }))
    asking.end()
  })
