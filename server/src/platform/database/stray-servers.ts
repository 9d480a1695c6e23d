import { readdir, readFile, readlink } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Ends every PostgreSQL process that still works in `dataFolder`: a server whose service was killed a moment ago
 * and that is on its way out, or one that was left behind. Found by their working folder, not by `postmaster.pid`,
 * whose number may meanwhile belong to anybody. Linux only; elsewhere the server's own lock file decides.
 */
export async function endStrayServers(dataFolder: string, patienceMs = 3_000): Promise<void> {
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGKILL']
  for (const signal of signals) {
    const strays = await processesIn(dataFolder)
    if (strays.length === 0) return
    // Backends follow their server; only when nothing else helps is each of them killed.
    const targets = signal === 'SIGKILL' ? strays : strays.filter(({ parent }) => !pids(strays).has(parent))
    for (const { pid } of targets) send(pid, signal)
    const end = Date.now() + patienceMs
    while (Date.now() < end && (await processesIn(dataFolder)).length > 0) await pause(20)
  }
  const left = await processesIn(dataFolder)
  if (left.length > 0) {
    throw new Error(
      `A PostgreSQL server (pid ${left.map(({ pid }) => pid).join(', ')}) still uses ${dataFolder} and cannot be ended.`,
    )
  }
}

interface ServerProcess {
  pid: number
  parent: number
}

const pids = (processes: readonly ServerProcess[]) => new Set(processes.map(({ pid }) => pid))

async function processesIn(dataFolder: string): Promise<ServerProcess[]> {
  const numbers = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(numbers.map((pid) => inspect(pid, dataFolder)))
  return found.filter((process) => process !== undefined)
}

async function inspect(pid: string, dataFolder: string): Promise<ServerProcess | undefined> {
  try {
    if ((await readlink(`/proc/${pid}/cwd`)) !== dataFolder) return undefined
    // "pid (comm) state ppid …"; a zombie has nothing open any more and only waits to be reaped.
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    const comm = status.slice(status.indexOf('(') + 1, status.lastIndexOf(')'))
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ')
    if (comm !== 'postgres' || state === 'Z') return undefined
    return { pid: Number(pid), parent: Number(parent) }
  } catch {
    return undefined
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
