import { isFailure } from '@rendition/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGate, type Gate, type GateOptions, type Lane, type Ticket } from './gate.ts'

const options: GateOptions = { pictures: 2, megapixels: 100, queue: 3, waitMs: 60_000 }

/** Asks for a place and notes the name once it is given. */
function visitor(gate: Gate) {
  const order: string[] = []
  const tickets = new Map<string, Ticket>()
  const ask = (name: string, lane: Lane, megapixels = 1, signal?: AbortSignal) =>
    gate.enter({ lane, megapixels, signal }).then(
      (ticket) => {
        order.push(name)
        tickets.set(name, ticket)
        return 'in'
      },
      (error: unknown) => (isFailure(error) ? error : 'aborted'),
    )
  const leave = async (name: string) => {
    tickets.get(name)?.leave()
    await Promise.resolve()
    await Promise.resolve()
  }
  return { order, ask, leave }
}

describe('the gate', () => {
  it('lets interactive pictures in before bulk ones, each lane in its order', async () => {
    const gate = createGate({ ...options, pictures: 1, megapixels: 1 })
    const { order, ask, leave } = visitor(gate)
    await ask('first', 'bulk')
    for (const [name, lane] of [
      ['b1', 'bulk'],
      ['i1', 'interactive'],
      ['b2', 'bulk'],
      ['i2', 'interactive'],
    ] as const)
      void ask(name, lane)
    for (const name of ['first', 'i1', 'i2', 'b1', 'b2']) await leave(name)
    expect(order).toEqual(['first', 'i1', 'i2', 'b1', 'b2'])
    expect(gate.load()).toEqual({ running: 0, bulk: 0, waiting: 0, megapixels: 0 })
  })

  it('gives bulk a turn after eight interactive pictures in a row', async () => {
    const gate = createGate({ ...options, pictures: 1, megapixels: 1, queue: 20 })
    const { order, ask, leave } = visitor(gate)
    await ask('first', 'interactive')
    void ask('bulk', 'bulk')
    for (let number = 0; number < 12; number++) void ask(`i${number}`, 'interactive')
    for (let turn = 0; turn < 13; turn++) await leave(order.at(-1) ?? '')
    expect(order.indexOf('bulk')).toBe(9)
  })

  it('keeps one place for the other lane when one lane is full', async () => {
    const { order, ask } = visitor(createGate(options))
    await Promise.all([ask('b1', 'bulk'), ask('b2', 'bulk')])
    void ask('b3', 'bulk')
    await ask('i1', 'interactive')
    void ask('i2', 'interactive')
    await Promise.resolve()
    expect(order).toEqual(['b1', 'b2', 'i1'])
  })

  it('refuses with Retry-After when the queue of the lane is full', async () => {
    const gate = createGate(options)
    const { ask } = visitor(gate)
    await Promise.all([ask('1', 'bulk'), ask('2', 'bulk')])
    for (let waiting = 0; waiting < 3; waiting++) void ask(`w${waiting}`, 'bulk')
    const refused = await ask('one too many', 'bulk')
    expect(refused).toMatchObject({ code: 'overloaded', retryAfter: expect.any(Number) })
    expect(() => gate.checkQueue('bulk')).toThrow('overloaded')
    expect(() => gate.checkQueue('interactive')).not.toThrow()
    expect(gate.load()).toEqual({ running: 2, bulk: 2, waiting: 3, megapixels: 2 })
  })

  it('refuses an interactive picture that waited too long', async () => {
    const { ask } = visitor(createGate({ ...options, pictures: 1, megapixels: 1, waitMs: 20 }))
    await ask('1', 'interactive')
    expect(await ask('2', 'interactive')).toMatchObject({ code: 'overloaded' })
  })

  it('lets a picture above the limit in when it is alone, and nobody overtakes it', async () => {
    const { order, ask, leave } = visitor(createGate(options))
    await ask('small', 'bulk', 10)
    void ask('huge', 'bulk', 500)
    void ask('late', 'bulk', 1)
    await Promise.resolve()
    expect(order).toEqual(['small'])
    await leave('small')
    expect(order).toEqual(['small', 'huge'])
    await leave('huge')
    expect(order).toEqual(['small', 'huge', 'late'])
  })

  it('forgets who goes away, and lets the next one in', async () => {
    const gate = createGate(options)
    const { order, ask } = visitor(gate)
    await ask('running', 'bulk', 60)
    const caller = new AbortController()
    const gone = ask('huge', 'bulk', 500, caller.signal)
    void ask('small', 'bulk', 1)
    caller.abort()
    expect(await gone).toBe('aborted')
    await Promise.resolve()
    expect(order).toEqual(['running', 'small'])
    expect(gate.load()).toEqual({ running: 2, bulk: 2, waiting: 0, megapixels: 61 })
  })

  it('refuses everybody once closed', async () => {
    const gate = createGate({ ...options, pictures: 1, megapixels: 1 })
    const { ask } = visitor(gate)
    await ask('1', 'bulk')
    const waiting = ask('2', 'bulk')
    gate.close()
    expect(await waiting).toMatchObject({ code: 'unavailable' })
    expect(await ask('3', 'bulk')).toMatchObject({ code: 'unavailable' })
  })

  it('never exceeds its bounds, and serves everybody whom it did not refuse', async () => {
    const arrival = fc.record({
      lane: fc.constantFrom<Lane>('interactive', 'bulk'),
      megapixels: fc.integer({ min: 0, max: 150 }),
      leaves: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 40 }), async (arrivals) => {
        const gate = createGate(options)
        const inside: Ticket[] = []
        const asked: Promise<unknown>[] = []
        const check = (): void => {
          const { running, waiting, megapixels } = gate.load()
          expect(running).toBeLessThanOrEqual(options.pictures + 1)
          expect(waiting).toBeLessThanOrEqual(2 * options.queue)
          if (running > 1) expect(megapixels).toBeLessThanOrEqual(options.megapixels)
        }
        for (const { lane, megapixels, leaves } of arrivals) {
          asked.push(
            gate.enter({ lane, megapixels }).then(
              (ticket) => inside.push(ticket),
              (error: unknown) => expect(isFailure(error, 'overloaded')).toBe(true),
            ),
          )
          await Promise.resolve()
          check()
          if (leaves) inside.shift()?.leave()
          check()
        }
        while (gate.load().running > 0) {
          await new Promise(setImmediate)
          inside.shift()?.leave()
          check()
        }
        await Promise.all(asked)
        expect(gate.load()).toEqual({ running: 0, bulk: 0, waiting: 0, megapixels: 0 })
      }),
      { numRuns: 200 },
    )
  })
})
