import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const readText = (file: string): string => readFileSync(file, 'latin1')

/**
 * Resident memory of a process in bytes, from the kernel; null where there is no /proc or the process is gone. Read
 * from `status`, which says kB: `statm` counts pages, and kernels for arm64 have them of 4, 16 or 64 KiB. Some 20 µs
 * of processor time, where `statm` takes 15.
 */
export function residentBytes(pid: number, read = readText): number | null {
  return bytesIn(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m, read)
}

/**
 * The most this process has had resident, in bytes. Not `maxRSS` of `getrusage`, which a process inherits from the one
 * that started it: that would be the service's own.
 */
export function peakBytes(): number {
  // No Linux: there the figure of `getrusage` is right, or nobody has a better one.
  return bytesIn('/proc/self/status', /^VmHWM:\s+(\d+) kB$/m) ?? process.resourceUsage().maxRSS * 1024
}

/** What a line of a status file says, in bytes. A process that ended and was not waited for has no such line. */
function bytesIn(file: string, line: RegExp, read = readText): number | null {
  try {
    const [, kilobytes] = line.exec(read(file)) ?? []
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
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

const politeness = 5

/**
 * The service answers before its renders go on, where both want a core. To be called when the process has started, which
 * shall not take longer for it: the threads it has are told one by one, and later ones take over from those.
 */
export function letOthersFirst(pid: number): void {
  try {
    const priority = Math.min(19, getPriority() + politeness)
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), priority)
  } catch {
    // It is gone, this is no Linux, or a sandbox forbids it: then they share the cores as equals.
  }
}
