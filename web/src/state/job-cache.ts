import type { Job, JobStatus, Page } from '@rendition/contract'
import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query'
import { keys } from './query-cache.ts'

export type JobPages = InfiniteData<Page<Job>, string | undefined>

/** What events say of jobs: not all of it, and of any job, shown or not. */
export type JobNews = Partial<Job> & Pick<Job, 'id'>

/** All that the page knows of the account's jobs. The one way to change it. */
export interface JobCache {
  /** Shows a job as it is now in every list that has it; a list that may have to show it anew is asked for again soon. */
  put(news: JobNews): void
  /** Asks for the lists anew: something was missed. */
  refresh(): void
}

/** A batch of a thousand has some events a second, and each may change what a list holds: it is asked for once meanwhile. */
const soonMs = 500

export function createJobCache(queries: QueryClient): JobCache {
  const stale = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const askSoon = (key: QueryKey): void => {
    stale.set(JSON.stringify(key), key)
    if (timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      const all = [...stale.values()]
      stale.clear()
      for (const queryKey of all) void queries.invalidateQueries({ queryKey })
    }, soonMs)
  }
  return {
    put(news) {
      for (const [key, pages] of queries.getQueriesData<JobPages>({ queryKey: keys.allJobs })) {
        if (pages === undefined) continue
        const { pages: next, isWhole } = withJob(pages, news, statusIn(key))
        if (next !== pages) queries.setQueryData(key, next)
        if (!isWhole) askSoon(key)
      }
    },
    refresh: () => void queries.invalidateQueries({ queryKey: keys.allJobs }),
  }
}

const statusIn = ([, filter]: QueryKey): JobStatus | 'all' =>
  (filter as { status?: JobStatus | 'all' } | undefined)?.status ?? 'all'

/**
 * The list with the job as it is now, and whether that is all there is to it: not where the job is not among them, nor where its
 * state is another, by which lists are filtered and with which comes what events do not say.
 */
export function withJob(
  pages: JobPages,
  news: JobNews,
  status: JobStatus | 'all',
): { pages: JobPages; isWhole: boolean } {
  const known = pages.pages.flatMap(({ items }) => items).find(({ id }) => id === news.id)
  if (known === undefined) return { pages, isWhole: false }
  const isWhole = news.status === undefined || news.status === known.status
  // Off a list of those that wait it goes when the service says so.
  if (!isWhole && status !== 'all') return { pages, isWhole }
  const items = (page: Page<Job>) =>
    page.items.map((item) => (item.id === news.id ? { ...item, ...news } : item))
  return { pages: { ...pages, pages: pages.pages.map((page) => ({ ...page, items: items(page) })) }, isWhole }
}
