import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/**
 * Hashes of an older stack. They are verified until their owner signs in for the first time, and none is made.
 * bcrypt reads 72 bytes of a password and no more, here as there.
 */
const pattern = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
/** Below, it is no hash of bcrypt; above, one try takes several seconds of a processor, which anyone may ask for. */
const costs = { least: 4, most: 15 }

export const isBcrypt = (stored: string): boolean => stored.startsWith('$2')

/** Why this hash is not taken over, null where it is. */
export function bcryptFault(stored: string): string | null {
  const cost = Number(pattern.exec(stored)?.[1] ?? Number.NaN)
  if (Number.isNaN(cost)) return 'is no bcrypt hash ($2a$, $2b$ or $2y$)'
  if (cost < costs.least) return `has a cost of ${cost}, which no bcrypt hash has`
  return cost > costs.most ? `has a cost of ${cost}; at most ${costs.most} is taken` : null
}

/** A hash of nobody's, which takes as long to refuse as one of that cost. */
export const bcryptOfNobody = (cost: number): string =>
  `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`

const library = createRequire(import.meta.url).resolve('bcryptjs')
/** In a thread of its own: it is plain JavaScript, and would hold the loop up for 100 ms at a time. */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { library, password, stored } = workerData
parentPort.postMessage(require(library).compareSync(password, stored))`

/** Whether the password is the one of a bcrypt hash. */
export function verifyBcrypt(password: string, stored: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(program, {
      eval: true,
      workerData: { library, password, stored },
      // Neither the loaders nor the secrets of this process.
      execArgv: [],
      env: {},
    })
    thread.once('message', (right: boolean) => resolve(right))
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error('the thread ended without an answer')))
  })
}
