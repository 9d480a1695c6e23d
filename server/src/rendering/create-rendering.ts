import { availableParallelism } from 'node:os'
import type { ImagingLimits } from '../imaging/types.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { renderCommand } from './command.ts'
import type { RenderingConfig } from './config.ts'
import { megapixelsOf } from './cost.ts'
import { createGate, type Gate } from './gate.ts'
import type { Task, TaskResults, Usage } from './messages.ts'
import { createPool } from './pool.ts'
import type { Rendering } from './port.ts'
import { startRenderProcess } from './render-process.ts'

/** One task that ended, for metrics and benchmarks. */
export interface TaskEvent {
  kind: Task['kind']
  /** `ok`, `cancelled`, or the failure's code. */
  outcome: string
  /** Milliseconds in the process, and before it in the queue. */
  ms: number
  waitedMs: number
  /** Null when the process did not live to tell. */
  usage: Usage | null
}

export interface RenderingOptions {
  limits: ImagingLimits
  config: RenderingConfig
  logger?: Logger
  /** Variables for the render processes, which inherit none: an allocator to preload, a folder for temporary files. */
  environment?: Readonly<Record<string, string>>
  onTask?: (event: TaskEvent) => void
  /** The module that runs in the process; tests put their own there. */
  entry?: URL
}

const probeTimeoutMs = 2_000
/** A header is read in a millisecond: when it takes seconds without using the processor, the machine is busy. */
const probeExtensions = 3
/** A fresh process has 75 to 90 MiB once sharp is loaded; after a 24-megapixel picture it keeps some 220. */
const idleBytes = 128 * 2 ** 20
/** Two, so that one hostile header does not keep everybody's uploads waiting for its two seconds. */
const probesAtOnce = 2
const probeQueue = 256

/** Imaging in child processes. Starts none before the first call. */
export function createRendering(options: RenderingOptions): Rendering & { pids(): number[] } {
  const { limits, config, logger, onTask } = options
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = options.entry ?? new URL(`./child.${extension}`, import.meta.url)
  const { heic } = config
  const memoryBytes = config.memoryMb * 2 ** 20
  const pictures = config.processes === 0 ? availableParallelism() : config.processes
  const renders = createGate({
    pictures,
    megapixels: config.megapixels,
    queue: config.queue,
    waitMs: config.queueWaitMs,
  })
  // Headers have their own gate: they take milliseconds and must not wait behind renders that take seconds.
  const probes = createGate({
    pictures: probesAtOnce,
    megapixels: 0,
    queue: probeQueue,
    waitMs: config.queueWaitMs,
  })
  const pool = createPool({
    start: () => startRenderProcess(renderCommand(entry, options.environment ?? {})),
    idleMs: config.idleMs,
    tasksPerProcess: config.rendersPerProcess,
    keepBytes: memoryBytes / 4,
    idleBytes,
  })

  const report = (event: TaskEvent, cause: unknown): void => {
    onTask?.(event)
    if (event.outcome === 'render_crashed' || event.outcome === 'internal')
      logger?.error({ err: cause, ms: event.ms }, `a ${event.kind} failed: ${event.outcome}`)
    else if (event.outcome === 'render_timeout' || event.outcome === 'render_too_large')
      logger?.warn({ ms: event.ms }, `a ${event.kind} was killed: ${event.outcome}`)
  }

  /** One task behind its gate, in a process of its own. The place is free when the process is, not before. */
  async function work<K extends Task['kind']>(
    gate: Gate,
    task: Extract<Task, { kind: K }>,
    how: {
      lane: 'interactive' | 'bulk'
      megapixels: number
      timeoutMs: number
      extensions?: number
      signal: AbortSignal | undefined
    },
  ): Promise<TaskResults[K]> {
    const { signal, timeoutMs, extensions = 0 } = how
    const asked = performance.now()
    const ticket = await gate.enter(how)
    let ended: Promise<void> | undefined
    let spent: Usage | null = null
    const onFailedUsage = (usage: Usage): void => {
      spent = usage
    }
    const started = performance.now()
    const event = { kind: task.kind, waitedMs: started - asked }
    try {
      const acquiring = pool.acquire()
      try {
        const process = await orAbort(acquiring, signal)
        const limits = { timeoutMs, extensions, memoryBytes, signal, onFailedUsage }
        const { value, usage } = await process.run<K>(task, limits)
        report({ ...event, outcome: 'ok', ms: performance.now() - started, usage }, null)
        return value
      } finally {
        ended = acquiring.then(pool.release, () => {})
      }
    } catch (error) {
      const outcome = signal?.aborted ? 'cancelled' : ((error as { code?: string }).code ?? 'internal')
      report({ ...event, outcome, ms: performance.now() - started, usage: spent }, error)
      throw error
    } finally {
      void (ended ?? Promise.resolve()).finally(ticket.leave)
    }
  }

  const probe: Rendering['probe'] = (source, { signal } = {}) =>
    work<'probe'>(
      probes,
      { kind: 'probe', heic, source: typeof source === 'string' ? { file: source } : source, limits },
      { lane: 'interactive', megapixels: 0, timeoutMs: probeTimeoutMs, extensions: probeExtensions, signal },
    )

  return {
    probe,
    async render(request, { timeoutMs, signal, lane, size }) {
      renders.checkRoom(lane)
      const source = size ?? (await probe(request.source, signal ? { signal } : {}))
      const megapixels = megapixelsOf(source, request.outputs, limits)
      const task = { kind: 'render' as const, heic, request: { ...request, limits } }
      return work<'render'>(renders, task, { lane, megapixels, timeoutMs, signal })
    },
    load: () => renders.load(),
    pids: () => pool.pids(),
    async close() {
      renders.close()
      probes.close()
      await pool.close()
    },
  }
}

/** The promise, or the signal's reason as soon as it aborts. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  signal.throwIfAborted()
  let onAbort: (() => void) | undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}
