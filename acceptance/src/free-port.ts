import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * A port for a service that is stopped and started again: below those that the system gives to outgoing connections (32768
 * and up on Linux), where somebody's connection would take it meanwhile.
 */
export async function freePort(): Promise<string> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    if (await isFree(port)) return String(port)
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
