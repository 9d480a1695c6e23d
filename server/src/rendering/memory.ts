import { readFileSync, writeFileSync } from 'node:fs'

/** `statm` counts pages; every Linux that Node is built for with sharp's binaries uses these. */
const pageBytes = 4096

/** Resident memory of a process in bytes, from the kernel; null where there is no /proc or the process is gone. */
export function residentBytes(pid: number): number | null {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1])
    return Number.isFinite(pages) ? pages * pageBytes : null
  } catch {
    return null
  }
}

/** When the machine runs out of memory, the kernel shall end a render and not the service. */
export function offerToOutOfMemoryKiller(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '800')
  } catch {
    // No Linux, or a sandbox that forbids it: then the kernel chooses by size, which is mostly the same process.
  }
}
