import { expect, it, vi } from 'vitest'
import { partOf } from './part.ts'

it('is fetched once, and anew after a fetch that failed', async () => {
  const load = vi.fn(async () => 'the part')
  load.mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'))
  const part = partOf(load)
  const heard = vi.fn()
  part.subscribe(heard)
  await expect(Promise.all([part.fetch(), part.fetch()])).rejects.toThrow('dynamically imported')
  expect([load.mock.calls.length, part.current(), heard.mock.calls.length]).toEqual([1, undefined, 0])
  expect(await part.fetch()).toBe('the part')
  expect(await part.fetch()).toBe('the part')
  expect([load.mock.calls.length, part.fetched(), heard.mock.calls.length]).toEqual([2, 'the part', 1])
})
