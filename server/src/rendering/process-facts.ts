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

/**
 * The most this process has had resident, in bytes. Not `maxRSS` of `getrusage`, which a process inherits from the one
 * that started it: that would be the service's own.
 */
export function peakBytes(): number {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? []
    if (kibibytes !== undefined) return Number(kibibytes) * 1024
  } catch {
    // No Linux: there the figure is right, or nobody has a better one.
  }
  return process.resourceUsage().maxRSS * 1024
}

/** User and system time of a process, all its threads, in milliseconds; null as above. */
export function cpuMilliseconds(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name, in parentheses, may hold anything; the fields count from behind it, in ticks of 1/100 s.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
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
