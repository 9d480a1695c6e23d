import { expect, it } from 'vitest'
import { residentBytes } from './process-facts.ts'

it('counts resident memory in bytes, whatever size the pages of the kernel have', () => {
  const status = 'Name:\tnode\nVmPeak:\t   57600 kB\nVmHWM:\t   40000 kB\nVmRSS:\t   32768 kB\nThreads:\t11\n'
  // 512 pages of 64 KiB, as some kernels for arm64 have them.
  const read = (file: string): string => (file.endsWith('/statm') ? '900 512 100 1 0 80 0\n' : status)
  expect(residentBytes(1, read)).toBe(512 * 65_536)
})

it('agrees with what the process says of itself, and knows nothing of one that is gone', () => {
  const own = process.memoryUsage.rss()
  expect(Math.abs((residentBytes(process.pid) ?? 0) / own - 1)).toBeLessThan(0.3)
  // Above the largest pid that Linux gives.
  expect(residentBytes(2 ** 22 + 1)).toBeNull()
})

it('says nothing of a process that has ended and waits for its parent', () => {
  expect(residentBytes(1, () => 'Name:\tnode\nState:\tZ (zombie)\nThreads:\t1\n')).toBeNull()
})
