import { Worker } from 'node:worker_threads'
import type { OutputSink } from '../imaging/types.ts'
import { toFailureData } from './failure-data.ts'
import type { FromChild, Task, ToChild } from './messages.ts'
import { peakBytes } from './process-facts.ts'

/** The child's end of the conversation: one task at a time, each answered with its value or its failure. */
export function serveTasks(
  run: (task: Task, signal: AbortSignal, sink: OutputSink) => Promise<unknown>,
): void {
  const answer = (message: FromChild): void => void process.send?.(message)
  let current: { id: number; abort: AbortController } | null = null

  const work = async (id: number, task: Task): Promise<void> => {
    const abort = new AbortController()
    current = { id, abort }
    const before = process.cpuUsage()
    const sink: OutputSink = {
      measured: (curve) => answer({ type: 'measured', id, curve }),
      made: (output) => answer({ type: 'made', id, output }),
      failed: (name, failure) => answer({ type: 'unmade', id, name, failure: toFailureData(failure) }),
    }
    let outcome: object
    try {
      outcome = { type: 'done', id, value: await run(task, abort.signal, sink) }
    } catch (error) {
      outcome = { type: 'failed', id, failure: toFailureData(error) }
    }
    const { user, system } = process.cpuUsage(before)
    const usage = { cpuMs: (user + system) / 1000, peakBytes: peakBytes() }
    current = null
    answer({ ...outcome, usage } as FromChild)
  }

  process.on('message', (message: ToChild) => {
    if (message.type === 'run') void work(message.id, message.task)
    else if (current?.id === message.id) current.abort.abort()
  })
  // process.exit() would wait for the thread that is still decoding. This does not.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // A terminal's Ctrl-C reaches the whole group: the service ends first and decides about its renders.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  if (process.argv.includes('--watch-parent')) watchParent()
  answer({ type: 'ready' })
}

/**
 * Where the kernel cannot be asked to end us with our parent, a thread of its own looks: the main thread may be
 * inside WebAssembly and never see that the channel closed.
 */
function watchParent(): void {
  const parent = process.ppid
  const source = `setInterval(() => { if (process.ppid !== ${parent}) process.kill(process.pid, 'SIGKILL') }, 250)`
  new Worker(source, { eval: true, stdout: false, stderr: false }).unref()
}
