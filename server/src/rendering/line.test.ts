import { setMaxListeners } from 'node:events'
import { isFailure } from '@rendition/contract'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLine, type Line, type LineOptions, type Turn } from './line.ts'
import { createPace } from './pace.ts'

const options = { turns: 2, renders: () => 2, waitMs: 1_000, waiting: 1_000 }

const open = (more: Partial<LineOptions> = {}): Line =>
  createLine({ ...options, pace: createPace(), ...more })

interface Asked {
  client: string
  /** Milliseconds from now on; null while neither happened. */
  doneAt: number | null
  refusedAt: number | null
  failure: unknown
}

/** Clients of a line whose renders take `factor` times what was foreseen, one process each. */
function visitors(line: Line, factor = 1, pace = createPace()) {
  const order: string[] = []
  const start = performance.now()
  const now = () => performance.now() - start
  const ask = (client: string, work = 100, signal?: AbortSignal): Asked => {
    const asked: Asked = { client, doneAt: null, refusedAt: null, failure: null }
    line.enter({ client, work, processes: 1, signal }).then(
      (turn) => {
        order.push(client)
        setTimeout(() => {
          pace.learn(work, work * factor)
          turn.leave()
          asked.doneAt = now()
        }, work * factor)
      },
      (failure: unknown) => {
        asked.refusedAt = now()
        asked.failure = failure
      },
    )
    return asked
  }
  return { order, ask, now }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the line', () => {
  it('lets in what can be done in time, and refuses the rest at once, with when to come again', async () => {
    const { ask } = visitors(open())
    // Two at a time, 100 ms each: twenty in a second.
    const all = Array.from({ length: 30 }, () => ask('a'))
    await vi.advanceTimersByTimeAsync(0)
    const refused = all.filter(({ refusedAt }) => refusedAt !== null)
    expect(refused.map(({ refusedAt }) => refusedAt)).toEqual(refused.map(() => 0))
    expect(refused.length).toBe(11)
    expect(refused[0]?.failure).toMatchObject({ code: 'overloaded', retryAfter: 1 })
    await vi.runAllTimersAsync()
    const done = all.filter(({ doneAt }) => doneAt !== null)
    expect(done.length).toBe(19)
    expect(Math.max(...done.map(({ doneAt }) => doneAt ?? 0))).toBeLessThanOrEqual(1_000)
  })

  it('serves a client that asks for one picture before the page of another', async () => {
    const { ask, order } = visitors(open({ waitMs: 30_000 }))
    for (let n = 0; n < 100; n += 1) ask('page')
    const one = ask('one')
    await vi.runAllTimersAsync()
    expect(order.indexOf('one')).toBeLessThanOrEqual(options.turns + 1)
    expect(one.doneAt).toBeLessThanOrEqual(300)
  })

  it('shares by what pictures cost and not by their number', async () => {
    const { ask, order } = visitors(open({ waitMs: 60_000 }))
    for (let n = 0; n < 20; n += 1) ask('large', 400)
    for (let n = 0; n < 80; n += 1) ask('small', 100)
    await vi.runAllTimersAsync()
    const small = order.slice(0, 50).filter((client) => client === 'small').length
    expect(small).toBeGreaterThanOrEqual(38)
    expect(small).toBeLessThanOrEqual(42)
  })

  it('tells a newcomer less than one whose own pictures wait', async () => {
    const line = open()
    const { ask } = visitors(line)
    for (let n = 0; n < 40; n += 1) ask('page')
    await vi.advanceTimersByTimeAsync(0)
    expect(line.load().refused).toBeGreaterThan(0)
    expect(line.load().expectedWaitMs).toBeLessThan(200)
    const other = ask('other')
    await vi.runAllTimersAsync()
    expect(other.doneAt).not.toBeNull()
  })

  it('learns how long pictures take here, and lets in as many as can be done', async () => {
    const pace = createPace()
    const line = open({ pace })
    const { ask } = visitors(line, 3, pace)
    for (let round = 0; round < 40; round += 1) {
      ask('a')
      ask('a')
      await vi.runAllTimersAsync()
    }
    const all = Array.from({ length: 30 }, () => ask('a'))
    await vi.advanceTimersByTimeAsync(0)
    // Three pairs of 300 ms each; the sixth would be expected after 1,050.
    expect(all.filter(({ refusedAt }) => refusedAt === null).length).toBe(5)
    await vi.runAllTimersAsync()
  })

  it('never refuses whoever finds it empty, however long that takes', async () => {
    const { ask } = visitors(open())
    const asked = ask('a', 5_000)
    await vi.runAllTimersAsync()
    expect(asked.doneAt).toBe(5_000)
  })

  it('refuses who was let in only after twice the time', async () => {
    const line = open({ turns: 1, renders: () => 1 })
    const hanging = await line.enter({ client: 'a', work: 100, processes: 1 })
    const { ask } = visitors(line)
    const waits = ask('b')
    await vi.advanceTimersByTimeAsync(1_999)
    expect(waits.refusedAt).toBeNull()
    await vi.advanceTimersByTimeAsync(1)
    expect(waits.failure).toMatchObject({ code: 'overloaded' })
    hanging.leave()
    expect(line.load()).toMatchObject({ waiting: 0, refused: 1 })
  })

  it('forgets who goes away: others come sooner, and nothing is held', async () => {
    const line = open({ waitMs: 30_000 })
    const { ask } = visitors(line)
    const leaving = new AbortController()
    setMaxListeners(100, leaving.signal)
    const gone = Array.from({ length: 50 }, () => ask('a', 100, leaving.signal))
    const stays = ask('a')
    await vi.advanceTimersByTimeAsync(0)
    expect(line.load().waiting).toBe(49)
    leaving.abort(new Error('gone'))
    await vi.advanceTimersByTimeAsync(0)
    expect(line.load().waiting).toBe(1)
    expect(gone.filter(({ failure }) => failure !== null).length).toBe(48)
    await vi.runAllTimersAsync()
    expect(stays.doneAt).toBeLessThanOrEqual(200)
  })

  it('bounds how many wait, however soon they would be served', async () => {
    const line = open({ waiting: 3, waitMs: 60_000 })
    const { ask } = visitors(line)
    const all = Array.from({ length: 6 }, () => ask('a', 1))
    await vi.advanceTimersByTimeAsync(0)
    expect(all.filter(({ refusedAt }) => refusedAt !== null).length).toBe(1)
    await vi.runAllTimersAsync()
  })

  it('refuses everybody once closed', async () => {
    const line = open()
    const { ask } = visitors(line)
    const [, , waiting] = [ask('a'), ask('a'), ask('a')]
    await vi.advanceTimersByTimeAsync(0)
    line.close()
    const late = ask('a')
    await vi.advanceTimersByTimeAsync(0)
    expect(waiting?.failure).toMatchObject({ code: 'unavailable' })
    expect(late.failure).toMatchObject({ code: 'unavailable' })
    await vi.runAllTimersAsync()
  })

  it('never lets in more than its turns, and serves or refuses everybody', async () => {
    const arrival = fc.record({
      client: fc.constantFrom('a', 'b', 'c'),
      work: fc.integer({ min: 1, max: 200 }),
      next: fc.constantFrom('nothing', 'leave', 'abort'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 60 }), async (arrivals) => {
        const line = open({ waitMs: 5_000 })
        const inside: { turn: Turn; client: string; work: number }[] = []
        const callers: AbortController[] = []
        const asked: Promise<unknown>[] = []
        for (const { client, work, next } of arrivals) {
          const caller = new AbortController()
          callers.push(caller)
          asked.push(
            line.enter({ client, work, processes: 1, signal: caller.signal }).then(
              (turn) => inside.push({ turn, client, work }),
              (error: unknown) => expect(isFailure(error, 'overloaded') || caller.signal.aborted).toBe(true),
            ),
          )
          await vi.advanceTimersByTimeAsync(0)
          expect(inside.length).toBeLessThanOrEqual(options.turns)
          if (next === 'abort') callers.shift()?.abort()
          if (next === 'leave') inside.shift()?.turn.leave()
          await vi.advanceTimersByTimeAsync(0)
        }
        while (inside.length > 0) {
          inside.shift()?.turn.leave()
          await vi.advanceTimersByTimeAsync(0)
          expect(inside.length).toBeLessThanOrEqual(options.turns)
        }
        await Promise.all(asked)
        expect(line.load()).toMatchObject({ waiting: 0, expectedWaitMs: 0 })
      }),
      { numRuns: 100 },
    )
  })

  it('two clients that always wait get the same, but for one picture', async () => {
    const works = fc.array(fc.integer({ min: 10, max: 500 }), { minLength: 20, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(works, works, async (left, right) => {
        const line = open({ waitMs: 1e6, turns: 1, renders: () => 1 })
        const first = await line.enter({ client: 'first', work: 1, processes: 1 })
        const got = { left: 0, right: 0 }
        let even = true
        const ends = { left: left.length, right: right.length }
        const serve = (client: 'left' | 'right', work: number) =>
          line.enter({ client, work, processes: 1 }).then((turn) => {
            got[client] += work
            ends[client] -= 1
            if (ends.left > 0 && ends.right > 0) even &&= Math.abs(got.left - got.right) <= 1_000
            turn.leave()
          })
        const all = [...left.map((work) => serve('left', work)), ...right.map((work) => serve('right', work))]
        first.leave()
        await Promise.all(all)
        expect(even).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})
