import type { Job } from '@rendition/contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createJobCache, type JobPages, withJob } from './job-cache.ts'
import { createQueryCache, keys } from './query-cache.ts'

const job = (id: string, more: Partial<Job> = {}): Job =>
  ({ id, status: 'processing', progress: 0, batchId: null, ...more }) as Job
const pages = (...items: Job[]): JobPages => ({
  pages: [{ items, nextCursor: null }],
  pageParams: [undefined],
})
const shownIn = ({ pages: list }: JobPages) =>
  list.flatMap(({ items }) => items.map(({ id, status, progress }) => [id, status, progress]))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('progress is shown where the job stands', () => {
  const { pages: shown, isWhole } = withJob(pages(job('b'), job('a')), { id: 'a', progress: 0.5 }, 'all')
  expect(shownIn(shown)).toEqual([
    ['b', 'processing', 0],
    ['a', 'processing', 0.5],
  ])
  expect(isWhole).toBe(true)
})

test('another state is shown at once, and the rest of it is asked for; a list of one state is left to the service', () => {
  const list = pages(job('a'))
  const done = { id: 'a', status: 'complete' } as const
  const all = withJob(list, done, 'all')
  expect([shownIn(all.pages), all.isWhole]).toEqual([[['a', 'complete', 0]], false])
  expect(withJob(list, done, 'processing')).toEqual({ pages: list, isWhole: false })
  expect(withJob(list, { id: 'c', progress: 0.5 }, 'all')).toEqual({ pages: list, isWhole: false })
})

test('a swarm of events has a list asked for once, and each list that they may change', () => {
  const queries = createQueryCache()
  const [all, failed] = [keys.jobs({ status: 'all' }), keys.jobs({ status: 'failed' })]
  for (const key of [all, failed]) queries.setQueryData(key, pages(job('a')))
  const asked = vi.spyOn(queries, 'invalidateQueries').mockResolvedValue()
  const cache = createJobCache(queries)
  for (let n = 0; n < 500; n += 1) cache.put({ id: `of a batch ${n}`, status: 'pending' })
  expect(asked).not.toHaveBeenCalled()
  vi.runAllTimers()
  expect(asked.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([all, failed])
  cache.put({ id: 'a', progress: 0.2 })
  vi.runAllTimers()
  expect(asked).toHaveBeenCalledTimes(2)
})
