import { spawn, spawnSync } from 'node:child_process'

/** Those of the programs that are not installed. */
export const absent = (...programs: string[]): string[] =>
  programs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)

export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  /** Milliseconds; ten minutes unless said. */
  limitMs?: number
}

/** Runs a program to its end; gives what it wrote, throws with the last of it when it fails. */
export function run(words: readonly string[], options: RunOptions = {}): Promise<string> {
  const [program = '', ...args] = words
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 600_000)
    let said = ''
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
      said += chunk
    })
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      if (code === 0) resolve(printed.trim())
      else reject(new Error(`${words.slice(0, 9).join(' ')} ended with ${code}:\n${said.slice(-3_000)}`))
    })
  })
}
