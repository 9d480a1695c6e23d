import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const entry = join(import.meta.dirname, '../../bin/rendition.js')
const startLimitMs = 90_000
const stopLimitMs = 60_000

/** One process of the built service. */
export interface ServiceProcess {
  readonly name: string
  /** Where it answers. */
  readonly url: string
  readonly pid: () => number
  output(): string
  /** Starts it, if it does not run, and waits until it is ready. */
  start(): Promise<void>
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
  /** As a deploy would; gives the exit code. */
  stop(): Promise<number | null>
}

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Describes a process; nothing runs before `start`. `HOST` and `PORT` must be among its variables. */
export function createProcess(name: string, env: Record<string, string>): ServiceProcess {
  const url = `http://${env.HOST}:${env.PORT}`
  const printed: string[] = []
  let child: ChildProcess | null = null
  let gone: Promise<number | null> = Promise.resolve(null)

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child
    if (ending === null) return null
    ending.kill(signal)
    const timer = setTimeout(() => {
      printed.push('\n(killed: it did not end in time)\n')
      ending.kill('SIGKILL')
    }, stopLimitMs)
    const code = await gone
    clearTimeout(timer)
    return code
  }

  return {
    name,
    url,
    pid: () => child?.pid ?? -1,
    output: () => printed.join(''),
    async start() {
      if (child !== null) return
      const started = spawn(process.execPath, [entry, 'serve'], {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      children.add(started)
      for (const stream of [started.stdout, started.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
      }
      gone = new Promise((resolve) => {
        started.once('close', (code) => {
          children.delete(started)
          if (child === started) child = null
          resolve(code)
        })
      })
      const limit = Date.now() + startLimitMs
      while (child === started && Date.now() < limit) {
        if (await isReady(url)) return
        await pause(50)
      }
      started.kill('SIGKILL')
      throw new Error(`${name} did not get ready; it printed:\n${printed.join('')}`)
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}
