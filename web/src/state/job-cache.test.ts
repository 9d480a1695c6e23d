import type { Job } from '@rendition/contract'
import { expect, test } from 'vitest'
import { type JobPages, withJob } from './job-cache.ts'

const job = (id: string, more: Partial<Job> = {}): Job =>
  ({ id, status: 'processing', progress: 0, batchId: null, ...more }) as Job
const pages = (...items: Job[]): JobPages => ({
  pages: [{ items, nextCursor: null }],
  pageParams: [undefined],
})

test('progress is shown where the job stands', () => {
  const shown = withJob(pages(job('b'), job('a')), { id: 'a', progress: 0.5 })
  expect(shown?.pages[0]?.items.map(({ progress }) => progress)).toEqual([0, 0.5])
})

test('what may belong elsewhere is left to the service', () => {
  expect(withJob(pages(job('a')), { id: 'c', progress: 0.5 })).toBeNull()
  expect(withJob(pages(job('a')), { id: 'a', status: 'complete' })).toBeNull()
})
