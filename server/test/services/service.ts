import type { ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Launch, launch } from '../../src/platform/database/server-process.ts'

/** A real server for tests, on 127.0.0.1, with all its data in one folder. It ends with the test process. */
export interface Service {
  url: string
  /** The process that answers, for SIGSTOP and the like. */
  pid(): number
  /** Kill -9: nothing is said, nothing is saved. */
  kill(): Promise<void>
  /** Starts again after `kill` or `stop`, on the same port with the same data. */
  start(): Promise<void>
  /** Ends it in order; the data stays. */
  stop(): Promise<void>
}

/** Why a service cannot run here, as part of the name of a skipped suite; undefined when it can. */
export function missing(...programs: readonly string[]): string | undefined {
  const absent = programs.filter((program) => !found(program))
  return absent.length === 0 ? undefined : `${absent.join(', ')} not installed`
}

function found(program: string): boolean {
  const folders = program.includes('/') ? [''] : [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/**
 * A port that is free now, below those that the system gives to outgoing connections (32768 and up on Linux): one of
 * those was taken by somebody's connection before the server had it, which needs seconds to start, or while it was
 * restarted. A server that finds its port taken says so, and the test fails with that message.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

export interface Daemon {
  child: ChildProcess
  pid: number
  exited: Promise<void>
}

export interface DaemonOptions extends Pick<Launch, 'program' | 'args' | 'cwd' | 'signal'> {
  environment?: Record<string, string>
  /** Takes stdout and stderr; its end is quoted when the start fails. */
  log: string
  account?: Launch['account']
}

export function startDaemon(options: DaemonOptions): Daemon {
  const output = openSync(options.log, 'a')
  try {
    const child = launch({ environment: {}, account: undefined, ...options, output })
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
    return { child, pid: child.pid ?? -1, exited }
  } finally {
    closeSync(output)
  }
}

/** Waits until `ready` says yes; throws with the end of the log when the daemon ends before or it takes a minute. */
export async function untilReady(daemon: Daemon, log: string, ready: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000
  let running = true
  void daemon.exited.then(() => {
    running = false
  })
  while (!(await ready().catch(() => false))) {
    if (!running || Date.now() > end) {
      const said = (await readFile(log, 'utf8')).split('\n').slice(-20).join('\n')
      throw new Error(`${daemon.child.spawnargs.join(' ')} did not start:\n${said}`)
    }
    await pause(50)
  }
}

export async function endDaemon(daemon: Daemon | undefined, signal: NodeJS.Signals): Promise<void> {
  if (daemon === undefined || daemon.child.exitCode !== null || daemon.child.signalCode !== null) return
  try {
    process.kill(daemon.pid, 'SIGCONT')
    process.kill(daemon.pid, signal)
  } catch {
    return
  }
  const patience = new AbortController()
  await Promise.race([daemon.exited, pause(15_000, undefined, { signal: patience.signal }).catch(() => {})])
  patience.abort()
  if (daemon.child.exitCode === null && daemon.child.signalCode === null) {
    process.kill(daemon.pid, 'SIGKILL')
    await daemon.exited
  }
}

/** Sends bytes and tells whether the first byte of the answer is as expected. */
export function answers(port: number, send: string, expected: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(send, 'latin1')))
    socket.setTimeout(2_000, () => socket.destroy())
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.once('data', (data) => {
      resolve(data.toString('latin1').startsWith(expected))
      socket.destroy()
    })
  })
}
