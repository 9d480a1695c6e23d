import { readFileSync } from 'node:fs'

/** Whether the process runs: a zombie, which still answers to signal 0, does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

/** The largest resident memory the process has had, in bytes; 0 when it is gone. */
export function peakBytes(pid: number): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
    return Number(found?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** User and system time of a process that still runs, all its threads, in milliseconds; 0 when it is gone. */
export function cpuMs(pid: number): number {
  if (!isRunning(pid)) return 0
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
