import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { Failure, isFailure } from '@rendition/contract'
import { cleaningRules, lookRules, metadataRules, paletteOfThumbhash } from '../imaging/rules.ts'
import type { ImagingLimits, OutputSink } from '../imaging/types.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { childEntry } from './child-entry.ts'
import { renderCommand } from './command.ts'
import type { RenderingConfig } from './config.ts'
import { foreseenMs, megapixelsOf } from './cost.ts'
import { checkFaceModules, faceDetector } from './face-detector.ts'
import { createGate, type Gate } from './gate.ts'
import { createLine } from './line.ts'
import type { Task, TaskResults, Usage } from './messages.ts'
import { createPace } from './pace.ts'
import { createPool, shuttingDown } from './pool.ts'
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
  log?: Logger
  /** Variables for the render processes, which inherit none: an allocator to preload, a folder for temporary files. */
  environment?: Readonly<Record<string, string>>
  onTask?: (event: TaskEvent) => void
  /** The module that runs in the process; tests put their own there. */
  entry?: URL
}

const probeTimeoutMs = 2_000
/** A header is read in a millisecond: when it takes seconds without using the processor, the machine is busy. */
const probeExtensions = 3
/** The whole file is read: a gigabyte takes some seconds from a slow disk. */
const cleanTimeoutMs = 30_000
/**
 * How much slower than the machine of the figures another one may be before its jobs are killed: an animation of 45 megapixels takes
 * that one 20 s for all presets, and a small one more than the 60 s that a job has otherwise.
 */
const slowness = 4
/** A fresh process has 75 to 90 MiB once sharp is loaded; after a 24-megapixel picture it keeps some 220. */
const idleBytes = 128 * 2 ** 20
/** Two, so that one hostile header does not keep everybody's uploads waiting for its two seconds. */
const probesAtOnce = 2
const probeQueue = 256

/** Imaging in child processes. Starts none before the first call. */
export function createRendering(options: RenderingOptions): Rendering & { pids(): number[] } {
  const { limits, config, log, onTask } = options
  const entry = options.entry ?? childEntry
  const { heic, relaxed } = config
  const facesModules = config.facesModules === '' ? null : resolve(config.facesModules)
  if (facesModules !== null) checkFaceModules(facesModules)
  const memoryBytes = config.memoryMb * 2 ** 20
  const pictures = config.processes === 0 ? availableParallelism() : config.processes
  // While some render, as many find their source or wait for the gate, so that no process waits for them.
  const turns = pictures + Math.min(pictures + 2, config.queue)
  const renders = createGate({
    pictures,
    megapixels: config.megapixels,
    queue: config.queue + turns,
    waitMs: config.queueWaitMs,
  })
  const pace = createPace()
  const line = createLine({
    turns,
    // With jobs at work there is one more process, and the rest is shared.
    renders: () => Math.min(pictures, pictures + 1 - renders.load().bulk),
    waitMs: config.queueWaitMs,
    waiting: config.queue,
    pace,
  })
  // Headers have their own gate: they take milliseconds and must not wait behind renders that take seconds.
  const probes = createGate({
    pictures: probesAtOnce,
    megapixels: 0,
    queue: probeQueue,
    waitMs: config.queueWaitMs,
  })
  // One at a time, beside everything else: each original is looked through once.
  const cleans = createGate({ pictures: 1, megapixels: 0, queue: probeQueue, waitMs: config.queueWaitMs })
  const pool = createPool({
    start: () => startRenderProcess(renderCommand(entry, options.environment ?? {})),
    idleMs: config.idleMs,
    rendersPerProcess: config.rendersPerProcess,
    keepBytes: memoryBytes / 4,
    idleBytes,
  })

  let closing = false

  const report = (event: TaskEvent, cause: unknown): void => {
    onTask?.(event)
    if (event.outcome === 'render_crashed' || event.outcome === 'internal')
      log?.error({ err: cause, ms: event.ms }, `a ${event.kind} failed: ${event.outcome}`)
    else if (event.outcome === 'render_timeout' || event.outcome === 'render_too_large')
      log?.warn({ ms: event.ms }, `a ${event.kind} was killed: ${event.outcome}`)
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
      sink?: OutputSink | undefined
      /** Milliseconds as foreseen, where what it takes tells how long others will take. */
      foreseen?: number | undefined
    },
  ): Promise<TaskResults[K]> {
    const { signal, sink, foreseen, timeoutMs, extensions = 0 } = how
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
      const acquiring = pool.acquire(gate === probes ? 'short' : undefined)
      try {
        const process = await orAbort(acquiring, signal)
        const limits = { timeoutMs, extensions, memoryBytes, signal, sink, onFailedUsage }
        const begun = performance.now()
        const { value, usage } = await process.run<K>(task, limits)
        if (foreseen !== undefined) pace.learn(foreseen, performance.now() - begun)
        report({ ...event, outcome: 'ok', ms: performance.now() - started, usage }, null)
        return value
      } finally {
        ended = acquiring.then(pool.release, () => {})
      }
    } catch (error) {
      // Its process was killed with all others: nothing was found out about the task
      const failure = closing && isFailure(error, 'render_crashed') ? shuttingDown() : error
      const outcome = signal?.aborted ? 'cancelled' : ((failure as { code?: string }).code ?? 'internal')
      report({ ...event, outcome, ms: performance.now() - started, usage: spent }, failure)
      throw failure
    } finally {
      void (ended ?? Promise.resolve()).finally(ticket.leave)
    }
  }

  const probe: Rendering['probe'] = (source, { signal, beginning } = {}) =>
    work<'probe'>(
      probes,
      {
        kind: 'probe',
        heic,
        relaxed,
        source: typeof source === 'string' ? { file: source } : source,
        limits,
        beginning,
      },
      { lane: 'interactive', megapixels: 0, timeoutMs: probeTimeoutMs, extensions: probeExtensions, signal },
    )

  return {
    probe,
    clean: (file, { signal } = {}) =>
      work<'clean'>(
        cleans,
        { kind: 'clean', heic, relaxed, source: { file }, limits },
        { lane: 'interactive', megapixels: 0, timeoutMs: cleanTimeoutMs, signal },
      ),
    cleaningRules,
    describe: (file, { signal } = {}) =>
      work<'describe'>(
        probes,
        { kind: 'describe', heic, relaxed, source: { file }, limits },
        {
          lane: 'interactive',
          megapixels: 0,
          timeoutMs: probeTimeoutMs,
          extensions: probeExtensions,
          signal,
        },
      ),
    judge: (file, { signal } = {}) =>
      work<'judge'>(
        probes,
        { kind: 'judge', heic, relaxed, source: { file }, limits },
        {
          lane: 'interactive',
          megapixels: 0,
          timeoutMs: probeTimeoutMs,
          extensions: probeExtensions,
          signal,
        },
      ),
    metadataRules,
    lookRules,
    paletteOf: paletteOfThumbhash,
    async faces(from, { timeoutMs, signal, lane, size }) {
      if (facesModules === null) throw new Failure('unavailable', 'Faces are not looked for here.')
      const source = typeof from === 'string' ? { file: from } : from
      const megapixels = megapixelsOf(size ?? (await probe(source, signal ? { signal } : {})), [], limits)
      return work<'faces'>(
        renders,
        { kind: 'faces', heic, relaxed, source, limits, modules: facesModules },
        { lane, megapixels, timeoutMs, signal },
      )
    },
    faceDetector: facesModules === null ? null : faceDetector,
    turn({ client, size, outputs, signal }) {
      const share = Math.min(1, megapixelsOf(size, outputs, limits) / config.megapixels)
      const processes = Math.max(1, share * pictures)
      return line.enter({ client, work: foreseenMs(size, outputs, limits), processes, signal })
    },
    async render(request, { timeoutMs, signal, lane, size, sink }) {
      renders.checkQueue(lane)
      const source = size ?? (await probe(request.source, signal ? { signal } : {}))
      const megapixels = megapixelsOf(source, request.outputs, limits)
      const singly = sink !== undefined
      const foreseen = foreseenMs(source, request.outputs, limits)
      const task = { kind: 'render' as const, heic, relaxed, singly, request: { ...request, limits } }
      return work<'render'>(renders, task, {
        lane,
        megapixels,
        timeoutMs: singly ? Math.max(timeoutMs, slowness * foreseen) : timeoutMs,
        signal,
        sink,
        // Jobs make many pictures from one decode, and have time.
        foreseen: singly || lane === 'bulk' ? undefined : foreseen,
      })
    },
    load: () => {
      const { running, waiting, megapixels } = renders.load()
      const { waiting: inLine, expectedWaitMs, refused } = line.load()
      return { running, waiting: waiting + inLine, megapixels, expectedWaitMs, refused }
    },
    pids: () => pool.pids(),
    async close() {
      closing = true
      line.close()
      renders.close()
      probes.close()
      cleans.close()
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
