import { type ChildProcess, fork } from 'node:child_process'
import { Failure } from '@rendition/contract'
import type { OutputSink } from '../imaging/types.ts'
import type { Command } from './command.ts'
import { fromFailureData } from './failure-data.ts'
import type { FromChild, Task, TaskResults, ToChild, Usage } from './messages.ts'
import { cpuMilliseconds, letOthersFirst, offerToOutOfMemoryKiller, residentBytes } from './process-facts.ts'

export interface RunOptions {
  /**
   * Milliseconds, from the moment the process takes the task, until it is killed: `render_timeout`, or `overloaded` when
   * it got less than half of them in processor time, since then the machine is slow and not the picture.
   */
  timeoutMs: number
  /**
   * On a starved machine: how often a process that got less than half of its time in processor time gets it again.
   * For what must not fail only because the machine is busy. 0 by default.
   */
  extensions?: number
  /** Resident bytes at which it is killed. */
  memoryBytes: number
  signal?: AbortSignal | undefined
  /** Takes what a task gives before it is done. */
  sink?: OutputSink | undefined
  /** Told what a task cost that failed, when the process lived to tell. */
  onFailedUsage?: (usage: Usage) => void
}

/** A child process that does one task at a time and can be killed without anybody else noticing. */
export interface RenderProcess {
  readonly pid: number
  /** Tasks taken so far, without looks at headers, which leave nothing in native memory. */
  renders(): number
  run<K extends Task['kind']>(
    task: Extract<Task, { kind: K }>,
    options: RunOptions,
  ): Promise<{ value: TaskResults[K]; usage: Usage }>
  /** Settles when the task in hand, if any, has ended or the process is gone; true when it can take another. */
  idle(): Promise<boolean>
  alive(): boolean
  kill(): void
  /** Settles when the process is gone. */
  readonly gone: Promise<void>
}

/** A cold start takes a third of a second; a machine that needs this long is of no use to the caller. */
const startTimeoutMs = 20_000
/** After a cancel, a small render ends by itself in this time and the process need not be replaced. */
export const cancelGraceMs = 100
/** Native code fills some 1 to 2 GB/s: at this interval a runaway overshoots by tens of MiB. */
const memoryIntervalMs = 20
const stderrKept = 2_000

/** Our own walks; of a file that breaks off alone a decoder is asked as well. */
const looks: ReadonlySet<Task['kind']> = new Set(['probe', 'judge', 'describe'])

interface Current {
  id: number
  settle(outcome: { value: unknown; usage: Usage } | Error): void
  onFailedUsage: ((usage: Usage) => void) | undefined
  sink: OutputSink | undefined
}

/** Starts a process and waits until it can take work. Failures: `unavailable` when it does not come up. */
export async function startRenderProcess(command: Command): Promise<RenderProcess> {
  const child = fork(command.modulePath, command.args, {
    execPath: command.execPath,
    execArgv: command.execArgv,
    env: command.env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let alive = true
  /** It was sent its death: what it still answers comes from before, and it takes no further task. */
  let doomed = false
  let [tasks, renders] = [0, 0]
  let current: Current | null = null
  let idleWaiters: (() => void)[] = []
  let stderr = ''
  const kill = (): void => {
    doomed = true
    child.kill('SIGKILL')
  }
  const wakeIdle = (): void => {
    const waiters = idleWaiters
    idleWaiters = []
    for (const wake of waiters) wake()
  }

  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('latin1')).slice(-stderrKept)
  })
  const gone = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      if (!alive) return
      alive = false
      current?.settle(new Failure('render_crashed', undefined, { cause: `${how} ${stderr}`.trim() }))
      current = null
      wakeIdle()
      resolve()
    }
    child.once('exit', (code, signal) => end(`The render process ended with ${signal ?? `code ${code}`}.`))
    child.on('error', (error) => {
      // Also when a message cannot be sent; a child without a pid was never started and gives no 'exit'.
      if (child.pid === undefined) end(error.message)
      else kill()
    })
  })
  await ready(child, gone, kill, () => stderr)
  child.on('message', (message: FromChild) => {
    if (message.type === 'ready' || current?.id !== message.id) return
    if (message.type === 'measured') return current.sink?.measured?.(message.curve)
    if (message.type === 'made') return current.sink?.made(message.output)
    if (message.type === 'unmade') return current.sink?.failed(message.name, fromFailureData(message.failure))
    const { settle, onFailedUsage } = current
    current = null
    if (message.type === 'failed') onFailedUsage?.(message.usage)
    settle(
      message.type === 'done'
        ? { value: message.value, usage: message.usage }
        : fromFailureData(message.failure),
    )
    wakeIdle()
  })
  const pid = child.pid ?? 0
  offerToOutOfMemoryKiller(pid)
  letOthersFirst(pid)
  const tell = (message: ToChild): void => void child.send(message, () => {})

  return {
    pid,
    renders: () => renders,
    alive: () => alive && !doomed,
    kill,
    gone,
    async idle() {
      if (alive && current !== null) await new Promise<void>((resolve) => idleWaiters.push(resolve))
      return alive && !doomed
    },
    run(task, { timeoutMs, memoryBytes, signal, sink, extensions = 0, onFailedUsage }) {
      if (!alive || doomed || current !== null) throw new Error('The render process is not free.')
      signal?.throwIfAborted()
      tasks += 1
      if (!looks.has(task.kind)) renders += 1
      const id = tasks
      return new Promise((resolve, reject) => {
        let settled = false
        const settle = (outcome: { value: unknown; usage: Usage } | Error): void => {
          clearTimeout(timer)
          clearInterval(watch)
          signal?.removeEventListener('abort', onAbort)
          if (settled) return
          settled = true
          if (outcome instanceof Error) reject(outcome)
          else resolve(outcome as { value: never; usage: Usage })
        }
        const end = (failure: Failure): void => {
          settle(failure)
          kill()
        }
        const cpuAtStart = cpuMilliseconds(pid)
        let left = extensions
        const onTime = (): void => {
          const cpuNow = cpuMilliseconds(pid)
          const known = cpuAtStart !== null && cpuNow !== null
          const share = known ? (cpuNow - cpuAtStart) / timeoutMs : 1
          if (left > 0 && share < starvedShare) {
            left -= 1
            timer = setTimeout(onTime, timeoutMs)
          } else end(share < starvedShare && share > idleShare ? tooBusy() : new Failure('render_timeout'))
        }
        let timer = setTimeout(onTime, timeoutMs)
        const watch = setInterval(() => {
          if ((residentBytes(pid) ?? 0) > memoryBytes) end(new Failure('render_too_large'))
        }, memoryIntervalMs)
        const onAbort = (): void => {
          tell({ type: 'cancel', id })
          settle(asError(signal?.reason))
          timer = setTimeout(kill, cancelGraceMs)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        const live = sink && whileUnsettled(sink, () => settled)
        current = { id, settle, onFailedUsage, sink: live }
        tell({ type: 'run', id, task })
      })
    },
  }
}

/** What still arrives of a task that was cancelled or killed counts for nothing. */
function whileUnsettled(sink: OutputSink, settled: () => boolean): OutputSink {
  return {
    measured: (curve) => {
      if (!settled()) sink.measured?.(curve)
    },
    made: (output) => {
      if (!settled()) sink.made(output)
    },
    failed: (name, failure) => {
      if (!settled()) sink.failed(name, failure)
    },
  }
}

/** Of its time, in processor time: with less it worked as it could, and with next to none it waited for something. */
const starvedShare = 0.5
const idleShare = 0.02

const tooBusy = (): Failure =>
  new Failure('overloaded', 'The machine is too busy to render this now.', { retryAfter: 5 })

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('The render was cancelled.')

async function ready(
  child: ChildProcess,
  gone: Promise<void>,
  kill: () => void,
  stderr: () => string,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const up = await Promise.race([
    new Promise<true>((resolve) => child.once('message', () => resolve(true))),
    gone.then(() => false),
    new Promise<false>((resolve) => {
      timer = setTimeout(resolve, startTimeoutMs, false)
    }),
  ])
  clearTimeout(timer)
  if (up) return
  kill()
  throw new Failure('unavailable', 'A render process could not be started.', {
    retryAfter: 5,
    cause: stderr(),
  })
}
