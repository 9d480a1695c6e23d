// @module-tag slow/kills
import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isFailure } from '@rendition/contract'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { bundled } from '../../test/processes/bundle.ts'
import { runProgram } from '../../test/processes/program.ts'
import { renderCommand } from './command.ts'
import type { RenderingConfig } from './config.ts'
import { renderingConfigSchema } from './config.ts'
import { createRendering, type TaskEvent } from './index.ts'
import type { RenderOptions } from './port.ts'
import { cpuMilliseconds } from './process-facts.ts'
import { startRenderProcess } from './render-process.ts'
import { limits } from './testing/limits.ts'
import { isRunning } from './testing/processes.ts'

const testing = join(import.meta.dirname, 'testing')
let unruly: string
let entry: URL
beforeAll(async () => {
  unruly = await bundled(join(testing, 'unruly-child.ts'))
  entry = pathToFileURL(unruly)
})
const size = { width: 10, height: 10, frames: 1 }
/** A process starts in a third of a second, on a busy machine in several. */
const patience = { timeout: 15_000, interval: 10 }
const started: { close(): Promise<void> }[] = []

function start(config: Partial<RenderingConfig> = {}, environment: Record<string, string> = {}) {
  const events: TaskEvent[] = []
  const rendering = createRendering({
    limits,
    config: { ...renderingConfigSchema.parse({}), processes: 2, ...config },
    entry,
    environment,
    onTask: (event) => events.push(event),
  })
  started.push(rendering)
  const render = (how: string, options: Partial<RenderOptions> = {}) =>
    rendering.render(
      { source: { file: how }, outputs: [] },
      { timeoutMs: 20_000, lane: 'interactive', size, ...options },
    ) as unknown as Promise<{ pid: number }>
  const failure = (how: string, options: Partial<RenderOptions> = {}) =>
    render(how, options).then(
      () => 'none',
      (error: unknown) => (isFailure(error) ? error.code : error),
    )
  return { rendering, render, failure, events }
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((rendering) => rendering.close()))
})

describe('the render pool', () => {
  it('starts nothing before the first call, then uses one process again and again', async () => {
    const { rendering, render } = start()
    expect(rendering.pids()).toEqual([])
    const first = await render('ok')
    const second = await render('ok')
    expect(second.pid).toBe(first.pid)
    expect(rendering.pids()).toEqual([first.pid])
  })

  it('looks at headers in one process, and in a second one where the first takes its time', async () => {
    const { rendering } = start()
    // None runs yet: the second waits for the first one's process and not for one of its own.
    await Promise.all([rendering.probe('ok'), rendering.probe('ok')])
    expect(rendering.pids()).toHaveLength(1)
    await Promise.all(['ok', 'ok', 'ok', 'ok'].map((how) => rendering.probe(how)))
    expect(rendering.pids()).toHaveLength(1)
    const stop = new AbortController()
    const stuck = rendering.probe('obedient', { signal: stop.signal }).catch(() => 'ended')
    await rendering.probe('ok')
    expect(rendering.pids()).toHaveLength(2)
    stop.abort()
    expect(await stuck).toBe('ended')
  })

  it.skipIf(process.platform !== 'linux')(
    'lets the service have the core first, with every thread',
    async () => {
      const { render } = start()
      const { pid } = await render('ok')
      const own = getPriority()
      const threads = readdirSync(`/proc/${pid}/task`).map((id) => getPriority(Number(id)))
      expect(threads.length).toBeGreaterThan(1)
      expect(threads).toEqual(threads.map(() => Math.min(19, own + 5)))
    },
  )

  it('gives its processes no variable of the service', async () => {
    process.env.RENDITION_TEST_SECRET = 'secret'
    const { render } = start({}, { EXTRA: 'yes' })
    const { environment } = (await render('environment')) as unknown as {
      environment: Record<string, string>
    }
    delete process.env.RENDITION_TEST_SECRET
    expect(environment.RENDITION_TEST_SECRET).toBeUndefined()
    expect(environment.PATH).toBeUndefined()
    expect(environment).toMatchObject({ EXTRA: 'yes', MALLOC_ARENA_MAX: '2' })
  })

  it('kills an AVIF encode at its time limit, although sharp cannot', async () => {
    const { rendering, render, failure, events } = start()
    await render('ok')
    const [pid] = rendering.pids()
    const before = performance.now()
    expect(await failure('avif', { timeoutMs: 1_500 })).toMatch(/^(render_timeout|overloaded)$/)
    expect(performance.now() - before).toBeLessThan(2_500)
    await vi.waitFor(() => expect(isRunning(pid ?? 0)).toBe(false))
    expect(events.at(-1)).toMatchObject({ usage: null })
    expect((await render('ok')).pid).not.toBe(pid)
  })

  it('kills a process that spins in JavaScript and takes no message', async () => {
    const { failure } = start()
    // Where the suite leaves it less than half a core, it is the machine that is slow
    expect(await failure('spin', { timeoutMs: 500 })).toMatch(/^(render_timeout|overloaded)$/)
  })

  it('gives what jobs make of many megapixels more time', async () => {
    const { failure } = start()
    const sink = { made: () => {}, failed: () => {}, measured: () => {} }
    const huge = { width: 10_000, height: 10_000, frames: 1 }
    const before = performance.now()
    expect(await failure('spin', { timeoutMs: 100, size: huge, sink })).toMatch(
      /^(render_timeout|overloaded)$/,
    )
    expect(performance.now() - before).toBeGreaterThan(950)
  })

  it('says that the machine is busy when a process got little of its time', async () => {
    const { rendering, render, failure } = start()
    await render('ok')
    const [pid = 0] = rendering.pids()
    const before = cpuMilliseconds(pid) ?? 0
    // More than a fiftieth of its time, below which it waited for something; beside much else that takes a second.
    const starved = failure('spin', { timeoutMs: 3_000 })
    await vi.waitFor(() => expect((cpuMilliseconds(pid) ?? 0) - before).toBeGreaterThan(80), patience)
    process.kill(pid, 'SIGSTOP')
    expect(await starved).toBe('overloaded')
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), patience)
  })

  it('gives a header that got no processor more time, but not for ever', async () => {
    const { rendering } = start()
    await rendering.probe('ok')
    const before = performance.now()
    const error = await rendering.probe('wait').catch((caught: unknown) => caught)
    expect(isFailure(error) && error.code).toMatch(/^(render_timeout|overloaded)$/)
    expect(performance.now() - before).toBeGreaterThan(7_900)
    await expect(rendering.probe('spin')).rejects.toThrow(/render_timeout|overloaded/)
  })

  it('kills a process that takes too much memory', async () => {
    const { rendering, failure, render } = start({ memoryMb: 256 })
    await render('ok')
    // Long before its time limit, which would be another code.
    expect(await failure('leak')).toBe('render_too_large')
    expect(rendering.load()).toMatchObject({ waiting: 0 })
  })

  it.each(['exit', 'segfault'])('fails one render alone when its process dies by %s', async (how) => {
    const { render, failure } = start()
    const other = render('obedient', { timeoutMs: 1_500 }).catch((error: unknown) => error)
    expect(await failure(how)).toBe('render_crashed')
    expect(await render('ok')).toMatchObject(size)
    expect(await other).toMatchObject({ code: expect.stringMatching(/^(render_timeout|overloaded)$/) })
  })

  it('fails one render alone when somebody kills its process', async () => {
    const { rendering, render, failure } = start()
    await render('ok')
    const [pid] = rendering.pids()
    const doomed = failure('wait')
    await vi.waitFor(() => expect(rendering.load().running).toBe(1))
    const spared = failure('obedient', { timeoutMs: 1_000 })
    process.kill(pid ?? 0, 'SIGKILL')
    expect(await doomed).toBe('render_crashed')
    expect(await spared).toMatch(/^(render_timeout|overloaded)$/)
  })

  it('gives nobody a process that is about to die, although its last answer still arrives', async () => {
    const process = await startRenderProcess(renderCommand(entry, {}))
    const task = { kind: 'probe' as const, heic: false, relaxed: true, source: { file: 'nap' }, limits }
    const last = process.run(task, { timeoutMs: 20_000, memoryBytes: 2 ** 30 }).catch(() => {})
    process.kill()
    expect(process.alive()).toBe(false)
    expect(await process.idle()).toBe(false)
    await Promise.all([last, process.gone])
  })

  it('never passes on the text of a foreign error', async () => {
    const { render } = start()
    const error = await render('throw').catch((caught: unknown) => caught)
    expect(isFailure(error, 'internal') && error.detail).toBe('Rendering failed.')
    expect(isFailure(error) && error.cause).toContain('/a/secret/path')
  })

  it('frees the slot at once when the caller goes away', async () => {
    const { rendering, render, events } = start({ processes: 1 })
    const { pid } = await render('ok')
    for (const how of ['avif', 'spin']) {
      const caller = new AbortController()
      const gone = render(how, { signal: caller.signal }).catch((error: unknown) => error)
      await vi.waitFor(
        () =>
          expect(rendering.pids().reduce((sum, of) => sum + (cpuMilliseconds(of) ?? 0), 0)).toBeGreaterThan(
            1_500,
          ),
        patience,
      )
      const before = performance.now()
      caller.abort()
      expect(await gone).toBe(caller.signal.reason)
      expect(performance.now() - before).toBeLessThan(50)
      await vi.waitFor(() => expect(rendering.load().running).toBe(0), { interval: 10 })
      expect(performance.now() - before).toBeLessThan(500)
    }
    expect(isRunning(pid)).toBe(false)
    expect(events.filter((event) => event.outcome === 'cancelled')).toHaveLength(2)
  })

  it('does not keep a caller that goes away while a process starts', async () => {
    const { rendering, render } = start()
    const caller = new AbortController()
    const gone = render('ok', { signal: caller.signal }).catch((error: unknown) => error)
    await vi.waitFor(() => expect(rendering.load().running).toBe(1))
    const before = performance.now()
    caller.abort()
    expect(await gone).toBe(caller.signal.reason)
    expect(performance.now() - before).toBeLessThan(50)
    await vi.waitFor(() => expect(rendering.load().running).toBe(0), patience)
    expect(rendering.pids()).toHaveLength(1)
  })

  it('keeps a process that stops by itself when told to', async () => {
    const { rendering, render } = start()
    const { pid } = await render('ok')
    const caller = new AbortController()
    const gone = render('obedient', { signal: caller.signal }).catch(() => 'gone')
    await vi.waitFor(() => expect(rendering.load().running).toBe(1))
    caller.abort()
    expect(await gone).toBe('gone')
    await vi.waitFor(() => expect(rendering.load().running).toBe(0))
    expect((await render('ok')).pid).toBe(pid)
  })

  it('replaces a process after its number of renders', async () => {
    const { render } = start({ rendersPerProcess: 2 })
    const pids = []
    for (let round = 0; round < 4; round++) pids.push((await render('ok')).pid)
    expect(new Set(pids).size).toBe(2)
  })

  it('does not count looks at headers among its renders', async () => {
    const { rendering, render } = start({ rendersPerProcess: 2 })
    const { pid } = await render('ok')
    for (let round = 0; round < 4; round++) await rendering.probe('ok')
    expect((await render('ok')).pid).toBe(pid)
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), patience)
  })

  it('ends the processes it does not need, all but one', async () => {
    const { rendering, render } = start({ idleMs: 200 })
    const naps = await Promise.all([render('nap'), render('nap')])
    expect(new Set(naps.map(({ pid }) => pid)).size).toBe(2)
    await vi.waitFor(() => expect(rendering.pids()).toHaveLength(1), patience)
    await render('ok')
  })

  it('gives back the memory of the one it keeps', async () => {
    const { rendering, render } = start({ idleMs: 200 })
    const { pid } = await render('hoard')
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), patience)
    await vi.waitFor(() => expect(rendering.pids()).toHaveLength(1), patience)
  })

  it('leaves no process behind when closed in the middle of a render', async () => {
    const { rendering, failure } = start()
    const running = failure('avif')
    await vi.waitFor(() => expect(rendering.pids()).toHaveLength(1), patience)
    const pids = rendering.pids()
    await rendering.close()
    expect(await running).toBe('unavailable')
    expect(pids.filter(isRunning)).toEqual([])
    expect(await failure('ok')).toBe('unavailable')
  })

  it('says that it is unavailable when a process does not come up', async () => {
    const rendering = createRendering({
      limits,
      config: renderingConfigSchema.parse({}),
      entry: new URL('./testing/missing.ts', import.meta.url),
    })
    started.push(rendering)
    const error = await rendering.probe('ok').catch((caught: unknown) => caught)
    expect(isFailure(error, 'unavailable')).toBe(true)
  })
})

const linux = process.platform === 'linux'

describe.skipIf(!linux)('a service that is killed with -9 in the middle of a render', () => {
  it.each([
    { how: 'avif', guard: 'kernel' },
    { how: 'spin', guard: 'kernel' },
    { how: 'avif', guard: 'thread' },
    { how: 'spin', guard: 'thread' },
  ])('leaves no orphan ($how, watched by the $guard)', async ({ how, guard }) => {
    const service = await runProgram(join(testing, 'doomed-service.ts'), [how, guard, unruly])
    const pid = Number(await service.says(/^\d+$/))
    expect(isRunning(pid)).toBe(true)
    service.child.kill('SIGKILL')
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 3_000, interval: 20 })
  })
})
