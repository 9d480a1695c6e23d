import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bundled } from './bundle.ts'

export interface Program {
  pid: number
  child: ChildProcess
  /** Lines of stdout so far. */
  lines: string[]
  stderr(): string
  /** Resolves with the exit code, or the signal's name. */
  exited: Promise<number | string>
  /** Resolves when a line of stdout fits; rejects when the program ends before. */
  says(pattern: RegExp): Promise<string>
}

const server = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Runs a TypeScript program of the tests as a process of its own, as the service would be; `within` is a command that
 * prepares its surroundings and then becomes it, such as `unshare --mount`.
 */
export async function runProgram(
  file: string,
  args: readonly string[] = [],
  within: readonly string[] = [],
): Promise<Program> {
  const command = [...within, process.execPath, await bundled(file), ...args]
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: server,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const wake of waiting) wake()
  })
  const exited = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 'unknown')
      for (const wake of waiting) wake()
    })
  })
  let over = false
  void exited.then(() => {
    over = true
  })
  return {
    pid: child.pid ?? -1,
    child,
    lines,
    stderr: () => errors,
    exited,
    async says(pattern) {
      for (;;) {
        const found = lines.find((line) => pattern.test(line))
        if (found !== undefined) return found
        if (over) throw new Error(`${file} ended before it said ${pattern}:\n${errors}`)
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake)
            resolve()
          }
          waiting.add(wake)
          void exited.then(wake)
        })
      }
    },
  }
}
