import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export { usageOf, watchMemory } from '../acceptance/src/process-usage.ts'

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
