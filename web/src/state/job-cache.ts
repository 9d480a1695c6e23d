import type { Job, Page } from '@rendition/contract'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { keys } from './query-cache.ts'

export type JobPages = InfiniteData<Page<Job>, string | undefined>

/** What events say of jobs: not all of it, and of any job, shown or not. */
export type JobNews = Partial<Job> & Pick<Job, 'id'>

/** All that the page knows of the account's jobs. The one way to change it. */
export interface JobCache {
  /** Shows a job as it is now in every list that has it; a list that may have to show it anew is asked for again. */
  put(news: JobNews): void
  /** Asks for the lists anew: something was missed. */
  refresh(): void
}

export function createJobCache(queries: QueryClient): JobCache {
  return {
    put(news) {
      for (const [key, pages] of queries.getQueriesData<JobPages>({ queryKey: keys.allJobs })) {
        if (pages === undefined) continue
        const next = withJob(pages, news)
        if (next === null) void queries.invalidateQueries({ queryKey: key })
        else queries.setQueryData(key, next)
      }
    },
    refresh: () => void queries.invalidateQueries({ queryKey: keys.allJobs }),
  }
}

/** null when the job is not among them, or stands in another state than before, by which a list may be filtered. */
export function withJob(pages: JobPages, news: JobNews): JobPages | null {
  const known = pages.pages.flatMap(({ items }) => items).find(({ id }) => id === news.id)
  if (known === undefined || (news.status !== undefined && news.status !== known.status)) return null
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (item.id === news.id ? { ...item, ...news } : item)),
    })),
  }
}
