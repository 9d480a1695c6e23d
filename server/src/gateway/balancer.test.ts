import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Balancer, createBalancer } from './balancer.ts'

const [one, other] = [
  { host: 'delivery', port: 1 },
  { host: 'delivery', port: 2 },
]
const silent = new Set<number>()
let balancer: Balancer

beforeEach(() => {
  vi.useFakeTimers()
  silent.clear()
  balancer = createBalancer(
    { endpoints: () => [one, other], close: () => undefined },
    { now: () => new Date() },
    async ({ port }) => {
      if (silent.has(port)) throw new Error('no answer')
      return { leaving: false }
    },
  )
})
afterEach(() => {
  balancer.close()
  vi.useRealTimers()
})

const portsLeased = (): number[] => {
  const leases = Array.from({ length: 20 }, () => balancer.lease(new Set()))
  const ports = new Set(leases.flatMap((lease) => (lease === null ? [] : [lease.endpoint.port])))
  for (const lease of leases) lease?.release('ok')
  return [...ports].sort()
}

describe('endpoints silent to probes', () => {
  it('are left at once while another answers', async () => {
    await vi.advanceTimersByTimeAsync(0)
    silent.add(one.port)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(portsLeased()).toEqual([other.port])
  })

  it('are asked a while longer when all of them are silent, and keep whoever waits', async () => {
    await vi.advanceTimersByTimeAsync(0)
    const waiting = balancer.lease(new Set())
    silent.add(one.port).add(other.port)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(portsLeased()).toEqual([one.port, other.port])
    expect(waiting?.down.aborted).toBe(false)

    await vi.advanceTimersByTimeAsync(2_000)
    expect(portsLeased()).toEqual([])
    expect(waiting?.down.aborted).toBe(true)
    expect(balancer.available()).toBe(false)
  })

  it('are left for the first that answers again', async () => {
    await vi.advanceTimersByTimeAsync(0)
    silent.add(one.port).add(other.port)
    await vi.advanceTimersByTimeAsync(8_000)
    silent.delete(other.port)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(portsLeased()).toEqual([other.port])
    silent.clear()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(portsLeased()).toEqual([one.port, other.port])
  })
})
