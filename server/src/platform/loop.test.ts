import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type LoopOptions, startLoop } from './loop.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A pass that is counted and ends when it is told to. */
function passes() {
  const ends: { resolve: (ms?: number) => void; reject: (error: Error) => void }[] = []
  const warnings: string[] = []
  const signals: AbortSignal[] = []
  const options = {
    name: 'test',
    everyMs: 60_000,
    pass: (signal: AbortSignal) => {
      signals.push(signal)
      return new Promise<number | undefined>((resolve, reject) => {
        ends.push({ resolve, reject })
      })
    },
    log: { warn: (...said: unknown[]) => void warnings.push(String(said[1])) },
  } satisfies LoopOptions
  const last = () => {
    const end = ends.at(-1)
    if (end === undefined) throw new Error('no pass was begun')
    return end
  }
  return {
    options,
    signals,
    warnings,
    begun: () => ends.length,
    /** Ends the pass under way and lets the loop take note. */
    end: async (ms?: number) => {
      last().resolve(ms)
      await vi.advanceTimersByTimeAsync(0)
    },
    fail: async () => {
      last().reject(new Error('away'))
      await vi.advanceTimersByTimeAsync(0)
    },
  }
}

it('passes at once, then when it is due, never two at a time', async () => {
  const { options, begun, end } = passes()
  const loop = startLoop(options)
  expect(begun()).toBe(1)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(begun()).toBe(1)
  await end()
  await vi.advanceTimersByTimeAsync(59_999)
  expect(begun()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(begun()).toBe(2)
  await end(5)
  await vi.advanceTimersByTimeAsync(5)
  expect(begun()).toBe(3)
  await end(0)
  expect(begun()).toBe(4)
  const stopped = loop.stop()
  await end()
  await stopped
})

it('waits before the first pass where it is told to, unless it is woken', async () => {
  const { options, begun, end } = passes()
  const loop = startLoop({ ...options, firstMs: 1_000 })
  await vi.advanceTimersByTimeAsync(999)
  expect(begun()).toBe(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(begun()).toBe(1)
  await end()
  await loop.stop()
  const woken = startLoop({ ...options, firstMs: 1_000 })
  woken.wake()
  expect(begun()).toBe(2)
  const stopped = woken.stop()
  await end()
  await stopped
})

it('a wake ends the pause; during a pass it is remembered, once', async () => {
  const { options, begun, end } = passes()
  const loop = startLoop(options)
  await end()
  loop.wake()
  expect(begun()).toBe(2)
  loop.wake()
  loop.wake()
  expect(begun()).toBe(2)
  await end()
  expect(begun()).toBe(3)
  await end()
  expect(begun()).toBe(3)
  await loop.stop()
})

it('says each failure and pauses longer behind each, up to the usual pause, whoever wakes it', async () => {
  const { options, begun, fail, end, warnings } = passes()
  const loop = startLoop(options)
  const pauses: number[] = []
  for (let failures = 1; failures <= 8; failures += 1) {
    await fail()
    loop.wake()
    expect(begun()).toBe(failures)
    const from = Date.now()
    while (begun() === failures) await vi.advanceTimersToNextTimerAsync()
    pauses.push(Date.now() - from)
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  expect(warnings).toEqual(Array.from({ length: 8 }, () => 'test: a pass failed'))
  // One that succeeds makes good for all of them.
  await end()
  loop.wake()
  await fail()
  const before = begun()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(begun()).toBe(before + 1)
  const stopped = loop.stop()
  await end()
  await stopped
})

it('a stop aborts the pass under way, waits for it, and begins no other', async () => {
  const { options, begun, end, signals } = passes()
  const loop = startLoop(options)
  loop.wake()
  let isStopped = false
  const stopped = loop.stop().then(() => {
    isStopped = true
  })
  await vi.advanceTimersByTimeAsync(60_000)
  expect([signals[0]?.aborted, isStopped]).toEqual([true, false])
  await end(0)
  await stopped
  loop.wake()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(begun()).toBe(1)
})

it('a stop in a pause leaves no timer', async () => {
  const { options, end } = passes()
  const loop = startLoop(options)
  await end()
  expect(vi.getTimerCount()).toBe(1)
  await loop.stop()
  expect(vi.getTimerCount()).toBe(0)
})
