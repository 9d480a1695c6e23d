import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Clock ticks of /proc per second: fixed on Linux for user space. */
const ticks = 100

/** Whether processes can be tied to a core here. */
export const pinning = (() => {
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Arguments that start `command` on one core, where the system can. */
export function onCore(core: number | null, command: string[]): [string, string[]] {
  const all = core === null || !pinning ? command : ['taskset', '-c', String(core), ...command]
  const [name = '', ...rest] = all
  return [name, rest]
}

/** What starts a script of this folder with arguments. */
export function scriptCommand(name: string, ...args: string[]): string[] {
  return [process.execPath, '--import', 'tsx', fileURLToPath(new URL(name, import.meta.url)), ...args]
}

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
  /** Open file descriptors of the first process. */
  handles: number
}

/** What a process tree has used. */
export function usageOf(pid: number): Usage {
  let cpuMs = 0
  let memory = 0
  for (const member of familyOf(pid)) {
    try {
      const stat = readFileSync(`/proc/${member}/stat`, 'utf8')
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number)
      cpuMs += ([11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0) * 1000) / ticks
      const status = readFileSync(`/proc/${member}/status`, 'utf8')
      memory += Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    } catch {
      // It ended while we looked.
    }
  }
  return { cpuMs, memory, handles: readdirSync(`/proc/${pid}/fd`).length }
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

/** Starts a server that prints its URL on the first line; resolves with it. */
export async function startServer(
  command: string[],
  options: { core?: number | null; env?: Record<string, string>; pattern?: RegExp } = {},
): Promise<{ child: ChildProcess; pid: number; url: string; stop(): Promise<void> }> {
  const [name, rest] = onCore(options.core ?? null, command)
  const child = spawn(name, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  const pattern = options.pattern ?? /(https?:\/\/[\w.:-]+)/
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-20_000)
      const match = pattern.exec(said)
      if (match?.[1] !== undefined) resolve(match[1])
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => reject(new Error(`${command.join(' ')} ended with ${code}: ${said}`)))
  })
  const { pid } = child
  if (pid === undefined) throw new Error('no pid')
  return {
    child,
    pid,
    url,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve()
        child.removeAllListeners('exit')
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}
