import { describe, expect, it } from 'vitest'
import { createSingleFlight } from './single-flight.ts'

const never = new AbortController().signal

describe('flights', () => {
  it('run equal work once for everybody who waits', async () => {
    const flights = createSingleFlight<number>()
    let runs = 0
    let land: (value: number) => void = () => {}
    const work = () => {
      runs += 1
      return new Promise<number>((resolve) => {
        land = resolve
      })
    }
    const all = Array.from({ length: 50 }, () => flights.join('k', new AbortController().signal, work))
    await Promise.resolve()
    land(7)
    expect(await Promise.all(all)).toEqual(Array(50).fill(7))
    expect(runs).toBe(1)
    expect(flights.running).toBe(0)
  })

  it('let one leave, and call the work off when the last has left', async () => {
    const flights = createSingleFlight<number>()
    const [first, second] = [new AbortController(), new AbortController()]
    let stopped = false
    const work = (signal: AbortSignal) =>
      new Promise<number>((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped = true
          reject(signal.reason)
        })
      })
    const one = flights.join('k', first.signal, work)
    const two = flights.join('k', second.signal, work)
    first.abort()
    await expect(one).rejects.toThrow()
    expect(stopped).toBe(false)
    second.abort()
    await expect(two).rejects.toThrow()
    expect(stopped).toBe(true)
    expect(flights.running).toBe(0)
    expect(await flights.join('k', never, async () => 3)).toBe(3)
  })

  it('tell a failure to all and keep nothing of it', async () => {
    const flights = createSingleFlight<number>()
    const broken = () => Promise.reject(new Error('broken'))
    const all = [flights.join('k', never, broken), flights.join('k', never, broken)]
    for (const each of all) await expect(each).rejects.toThrow('broken')
    expect(await flights.join('k', never, async () => 1)).toBe(1)
  })
})
