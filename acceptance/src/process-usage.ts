import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks of /proc per second: fixed on Linux for user space. */
const ticks = 100

/** A process and everything it started. */
function familyOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      parents.set(Number(name), Number(fields[1]))
    } catch {
      // It ended while we looked.
    }
  }
  const family = [pid]
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child)
  }
  return family
}

export interface Usage {
  /** Milliseconds of user and system time so far, of ended children too. */
  cpuMs: number
  /** Bytes resident now. */
  memory: number
  /** The same of the first process alone. */
  ownMemory: number
  /** Open file descriptors of the first process. */
  handles: number
}

/** What a process tree has used. */
export function usageOf(pid: number): Usage {
  let cpuMs = 0
  let memory = 0
  let ownMemory = 0
  for (const member of familyOf(pid)) {
    try {
      const stat = readFileSync(`/proc/${member}/stat`, 'utf8')
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number)
      cpuMs += ([11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0) * 1000) / ticks
      const status = readFileSync(`/proc/${member}/status`, 'utf8')
      const resident = Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
      memory += resident
      if (member === pid) ownMemory = resident
    } catch {
      // It ended while we looked.
    }
  }
  return { cpuMs, memory, ownMemory, handles: readdirSync(`/proc/${pid}/fd`).length }
}

/** Samples a tree's memory until it is stopped; gives the largest. */
export function watchMemory(pid: number): () => number {
  let largest = 0
  const timer = setInterval(() => {
    try {
      largest = Math.max(largest, usageOf(pid).memory)
    } catch {
      clearInterval(timer)
    }
  }, 100)
  return () => {
    clearInterval(timer)
    return largest
  }
}
