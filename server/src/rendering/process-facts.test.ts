import { readFileSync } from 'node:fs'
import { afterEach, expect, it, vi } from 'vitest'
import { residentBytes } from './process-facts.ts'

const status = { text: '' }
vi.mock('node:fs', async (real) => {
  const fs = await real<typeof import('node:fs')>()
  const read = (path: string, encoding: 'latin1'): string => {
    if (status.text === '') return fs.readFileSync(path, encoding)
    // 512 pages of 64 KiB, as some kernels for arm64 have them.
    return path.endsWith('/statm') ? '900 512 100 1 0 80 0\n' : status.text
  }
  return { ...fs, readFileSync: vi.fn(read) }
})
afterEach(() => {
  status.text = ''
})

it('counts resident memory in bytes, whatever size the pages of the kernel have', () => {
  status.text = 'Name:\tnode\nVmPeak:\t   57600 kB\nVmHWM:\t   40000 kB\nVmRSS:\t   32768 kB\nThreads:\t11\n'
  expect(residentBytes(1)).toBe(512 * 65_536)
})

it('agrees with what the process says of itself, and knows nothing of one that is gone', () => {
  const own = process.memoryUsage.rss()
  expect(Math.abs((residentBytes(process.pid) ?? 0) / own - 1)).toBeLessThan(0.3)
  expect(vi.mocked(readFileSync)).toHaveBeenCalled()
  // Above the largest pid that Linux gives.
  expect(residentBytes(2 ** 22 + 1)).toBeNull()
})

it('says nothing of a process that has ended and waits for its parent', () => {
  status.text = 'Name:\tnode\nState:\tZ (zombie)\nThreads:\t1\n'
  expect(residentBytes(1)).toBeNull()
})
