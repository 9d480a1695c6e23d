import { Degraded, type Part } from '../platform/http/health.ts'
import type { RoleName } from './config.ts'
import { needsOf } from './needs.ts'
import type { Parts } from './parts.ts'

/** Readiness of each part that these roles open, by name. */
export function readinessOf(roles: readonly RoleName[], parts: Parts): Record<string, Part> {
  // The bus goes with the cache, and every role has it.
  const ports = { database: parts.db, storage: parts.storage, queue: parts.queue, cache: parts.bus }
  const checked = [...needsOf(roles)].map(([name, need]): [string, Part] => {
    const check = () => ports[name].check()
    return [name, need === 'needed' ? { check } : { check, ...need }]
  })
  return { ...Object.fromEntries(checked), disk: { check: () => checkDisk(parts.diskRoom) } }
}

/** Reading and deleting go on when a disk is full, so nobody is to be sent elsewhere. */
async function checkDisk(diskRoom: Parts['diskRoom']): Promise<void> {
  const state = await diskRoom.state()
  if (state?.full !== true) return
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`
  const { volume, freeBytes, reserveBytes } = state
  throw new Degraded(
    `full: ${mebibytes(freeBytes)} free for the ${volume}, ${mebibytes(reserveBytes)} are kept; nothing new is taken`,
  )
}
